// SPDX-License-Identifier: Apache-2.0
#include "package_file.hpp"

#include <algorithm>
#include <unordered_map>

#include "contract/base/text.hpp"
#include "control.hpp"

namespace contract::inputs::deb {

namespace {

Error no_package(const std::string& shown, const std::string& why) {
    return {"bad-archive",
            "'" + harmless(shown) + "' is no Debian package: " + why,
            Blame::declaration,
            {},
            {"wanted: an ar archive of debian-binary, control.tar and data.tar"},
            {"look at it with `dpkg-deb --info`"}};
}

bool only(std::string_view text, std::string_view also) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        return plain || (c >= 'A' && c <= 'Z') || also.find(c) != std::string_view::npos;
    });
}

// Reads the three members in the order that the format wants.
class Reader {
public:
    Reader(const DebFile& file, store::Store& store, const std::function<bool()>& interrupted)
        : file_(file), store_(store) {
        package_.shown = file.shown;
        data_options_.drop_set_id = true;
        data_options_.ignore_devices = true;
        data_options_.interrupted = interrupted;
        control_options_ = data_options_;
        control_options_.content = Content::in_memory;
        control_options_.limits.entries = 1000;
        control_options_.limits.bytes = std::uint64_t{64} << 20;
    }

    Result<PackageFile> read() {
        TRY(read_members(file_.path, file_.shown, data_options_.interrupted, store_,
                         [this](ArchiveMember& found) { return member(found); }));
        if (next_ != Next::nothing) return no_package(file_.shown, "a part is missing");
        return std::move(package_);
    }

private:
    enum class Next { version, control, data, nothing };

    Result<> member(ArchiveMember& found);
    Result<> control_member();
    Result<> control_entry(ArchiveEntry& entry);
    Result<> data_entry(ArchiveEntry& entry);

    const DebFile& file_;
    store::Store& store_;
    ReadOptions data_options_, control_options_;
    Next next_ = Next::version;
    PackageFile package_;
    std::unordered_map<std::string, std::size_t> places_;  // of what a hard link may name
};

Result<> Reader::member(ArchiveMember& found) {
    if (next_ == Next::version) {
        if (found.name != "debian-binary") return no_package(file_.shown, "it does not begin as one");
        TRY_ASSIGN(const auto version, found.read(4096));
        if (version.rfind("2.", 0) != 0)
            return no_package(file_.shown, "its format is '" + harmless(trim(version)) + "'");
        next_ = Next::control;
        return {};
    }
    // Whoever adds a part that may be ignored begins its name so.
    if (next_ == Next::nothing || (!found.name.empty() && found.name[0] == '_')) return {};
    const std::string wanted = next_ == Next::control ? "control.tar" : "data.tar";
    if (found.name != wanted && found.name.rfind(wanted + ".", 0) != 0)
        return no_package(file_.shown,
                          "it has '" + shown_name(found.name) + "' where " + wanted + " belongs");
    if (next_ == Next::control) {
        TRY(found.read_tar(control_options_, [this](ArchiveEntry& entry) { return control_entry(entry); }));
        TRY(control_member());
        next_ = Next::data;
    } else {
        TRY(found.read_tar(data_options_, [this](ArchiveEntry& entry) { return data_entry(entry); }));
        next_ = Next::nothing;
    }
    return {};
}

Result<> Reader::control_entry(ArchiveEntry& entry) {
    if (entry.kind == EntryKind::directory) return {};
    if (entry.kind != EntryKind::file || entry.path.find('/') != std::string::npos)
        return no_package(file_.shown, "its control part has '" + shown_name(entry.path) + "'");
    package_.control[entry.path] = {std::move(entry.bytes), entry.executable};
    return {};
}

// Names become parts of file names and lines of a database, so they are held to what Debian allows.
Result<> Reader::control_member() {
    const auto found = package_.control.find("control");
    if (found == package_.control.end()) return no_package(file_.shown, "it has no control file");
    if (!is_utf8(found->second.bytes)) return no_package(file_.shown, "its control file is not UTF-8");
    std::string_view rest = found->second.bytes;
    std::string_view stanza = take_stanza(rest);
    while (const auto field = take_field(stanza)) {
        if (same_name(field->name, "Package")) package_.name = field->value;
        if (same_name(field->name, "Version")) package_.version = field->value;
        if (same_name(field->name, "Architecture")) package_.architecture = field->value;
        if (same_name(field->name, "Replaces")) package_.replaces = field->value;
        if (same_name(field->name, "Multi-Arch")) package_.multi_arch_same = field->value == "same";
    }
    if (!only(package_.name, "+-.") || package_.name[0] == '.')
        return no_package(file_.shown, "its name is '" + harmless(package_.name) + "'");
    if (!only(package_.version, ".+-:~"))
        return no_package(file_.shown, "its version is '" + harmless(package_.version) + "'");
    if (!only(package_.architecture, "-"))
        return no_package(file_.shown, "its architecture is '" + harmless(package_.architecture) + "'");
    return {};
}

Result<> Reader::data_entry(ArchiveEntry& entry) {
    PackageEntry out;
    out.kind = entry.kind;
    out.path = entry.path;
    if (entry.kind == EntryKind::hard_link) {
        const auto found = places_.find(entry.target);
        if (found == places_.end())
            return Error{"unsupported-entry",
                         "the entry '" + shown_name(entry.path) + "' is a hard link to '" +
                             shown_name(entry.target) + "', which is not there",
                         Blame::declaration,
                         {},
                         {},
                         {}};
        out = package_.entries[found->second];
        out.path = entry.path;
    } else {
        out.target = std::move(entry.target);
        out.file = entry.content;
    }
    if (out.kind == EntryKind::directory) {
        package_.entries.push_back(std::move(out));
        return {};
    }
    const auto [place, fresh] = places_.emplace(out.path, package_.entries.size());
    if (fresh)
        package_.entries.push_back(std::move(out));
    else
        package_.entries[place->second] = std::move(out);  // content that came with a hard link
    return {};
}

}  // namespace

Result<PackageFile> read_package(const DebFile& file, store::Store& store,
                                 const std::function<bool()>& interrupted) {
    return Reader(file, store, interrupted).read();
}

}  // namespace contract::inputs::deb
