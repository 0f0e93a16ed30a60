// SPDX-License-Identifier: Apache-2.0
#include "contract/build/record.hpp"
#include "contract/json/json.hpp"

namespace contract::build {

namespace {

// Takes members of one object; the first that is not as it should be makes the whole record unreadable.
class Taker {
public:
    Taker(const json::Value& object, bool& sound) : object_(object), sound_(sound) {}

    std::string text(const char* name, bool required = false) const {
        return take<std::string>(name, required);
    }
    std::int64_t number(const char* name) const { return take<std::int64_t>(name, true); }
    json::Array list(const char* name, bool required = false) const {
        return take<json::Array>(name, required);
    }

    std::vector<std::string> texts(const char* name) const {
        std::vector<std::string> out;
        for (const auto& item : list(name)) {
            const auto* held = std::get_if<std::string>(&item.data);
            if (held == nullptr)
                sound_ = false;
            else
                out.push_back(*held);
        }
        return out;
    }

    Digest digest(const char* name) const {
        const auto held = text(name);
        if (held.empty()) return {};
        const auto digest = Digest::parse(held);
        if (!digest) sound_ = false;
        return digest ? *digest : Digest();
    }

    core::StorePath path(const char* name) const { return path_from(text(name)); }
    std::vector<core::StorePath> paths(const char* name) const {
        std::vector<core::StorePath> out;
        for (const auto& base : texts(name)) out.push_back(path_from(base));
        return out;
    }

    // One of the enumerators of which core has a word.
    template <typename Kind>
    Kind word(const char* name, std::initializer_list<Kind> kinds) const {
        const auto held = text(name, true);
        for (const auto kind : kinds)
            if (core::word(kind) == held) return kind;
        sound_ = false;
        return *kinds.begin();
    }

private:
    template <typename Type>
    Type take(const char* name, bool required) const {
        const auto* member = object_.find(name);
        if (member == nullptr) {
            if (required) sound_ = false;
            return {};
        }
        const auto* held = std::get_if<Type>(&member->data);
        if (held == nullptr) sound_ = false;
        return held == nullptr ? Type() : *held;
    }

    core::StorePath path_from(const std::string& base) const {
        if (base.empty()) return {};
        const auto path = core::StorePath::parse(base);
        if (!path) sound_ = false;
        return path ? *path : core::StorePath();
    }

    const json::Value& object_;
    bool& sound_;
};

core::RecordedInput input_from(const Taker& take) {
    using core::InputKind;
    core::RecordedInput input;
    input.target = take.text("target", true);
    input.kind = take.word("kind", {InputKind::git, InputKind::path, InputKind::host, InputKind::url,
                                    InputKind::deb, InputKind::oci});
    input.url = take.text("url");
    input.ref = take.text("ref");
    input.subdir = take.text("subdir");
    input.rev = take.text("rev");
    input.snapshot = take.text("snapshot");
    input.download = take.digest("download");
    input.tree = take.digest("tree");
    input.path = take.path("path");
    input.folders = take.texts("folders");
    return input;
}

core::Root root_from(const Taker& take) {
    using core::RootKind;
    core::Root root;
    root.kind = take.word("kind", {RootKind::none, RootKind::host, RootKind::tree});
    root.input = take.text("input");
    root.folders = take.texts("folders");
    root.path = take.path("path");
    return root;
}

core::BuildRecord record_from(const json::Value& object, bool& sound) {
    using core::SandboxLevel;
    const Taker take(object, sound);
    core::BuildRecord record;
    if (take.number("format") != 1) sound = false;
    record.contract = take.text("contract", true);
    record.target = take.text("target", true);
    record.repository = take.text("repository", true);
    record.commit = take.text("commit");
    record.dirty = take.texts("dirty");
    record.dirty_files = take.number("dirty_files");
    record.system = take.text("system", true);
    record.recipe = take.text("recipe", true);
    if (const auto source = take.digest("source"); !source.is_zero()) record.source = source;
    record.uses = take.paths("uses");
    const auto* root = object.find("root");
    if (root == nullptr)
        sound = false;
    else
        record.root = root_from(Taker(*root, sound));
    for (const auto& input : take.list("inputs", true))
        record.inputs.push_back(input_from(Taker(input, sound)));
    record.level = take.word("level", {SandboxLevel::sealed, SandboxLevel::reduced, SandboxLevel::off});
    record.started = take.number("started");
    record.duration_ms = take.number("duration_ms");
    record.program = take.text("program", true);
    return record;
}

}  // namespace

std::optional<core::BuildRecord> decode_record(std::string_view text) {
    if (text.size() > largest_record) return std::nullopt;
    const auto value = json::read(text);
    if (!value) return std::nullopt;
    bool sound = true;
    auto record = record_from(*value, sound);
    return sound ? std::optional(std::move(record)) : std::nullopt;
}

}  // namespace contract::build
