// SPDX-License-Identifier: Apache-2.0
//
// contract.lock is written by the program alone, so reading is strict: whatever the writer would not have
// written is a finding, and the entry is left out.
#include "contract/manifest/lock_file.hpp"

#include <algorithm>
#include <array>

#include "contract/base/text.hpp"
#include "document.hpp"
#include "forms.hpp"
#include "table.hpp"

namespace contract::manifest {

namespace {

// "2024-01-22T18:55:38Z", the one form that the writer uses. toml++ has checked that there is such a day.
bool is_utc_date(std::string_view text) {
    constexpr std::string_view form = "0000-00-00T00:00:00Z";
    if (text.size() != form.size()) return false;
    for (std::size_t i = 0; i < form.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (form[i] == '0' ? !digit : text[i] != form[i]) return false;
    }
    return true;
}

// "zlib"; of an input of an input "site/zlib".
bool is_entry_name(const std::string& text) {
    const auto parts = split(text, '/');
    return std::all_of(parts.begin(), parts.end(), [](const auto& part) { return is_name(part); });
}

void refuse(Table& table, const Span& where, std::string_view key, const std::string& reason) {
    table.mistakes().add("bad-lock", "'" + table.path_of(key) + "' " + reason, where,
                         "not as contract writes it");
}

// Exactly one of them makes a `want`; every other key only has to compare with the manifest's.
constexpr std::array source_keys = {"deb", "git", "oci", "path", "url"};

std::optional<core::WantValue> read_want_value(Table& table, const core::Entry& entry) {
    const auto& value = entry.value;
    const std::string path = table.path_of(entry.key.value);
    if (const auto* flag = value.boolean()) return *flag;
    if (const auto* text = value.string()) return *text;
    if (value.list() != nullptr) {
        const auto texts = as_texts(table.mistakes(), path, value);
        if (!texts) return std::nullopt;
        std::vector<std::string> out;
        for (const auto& text : *texts) out.push_back(text.value);
        return out;
    }
    if (const auto* map = value.map()) {
        std::map<std::string, std::string> out;
        for (const auto& [name, inner] : *map)
            if (auto text = as_text(table.mistakes(), path + "." + name.value, inner))
                out.emplace(name.value, std::move(text->value));
        return out;
    }
    wrong_type(table.mistakes(), path, value, "a string, a boolean, a list or a table");
    return std::nullopt;
}

core::Want read_want(Table& entry) {
    core::Want want;
    const auto* value = entry.need("want", "want = { … }");
    if (value == nullptr) return want;
    const auto* map = value->value.map();
    if (map == nullptr) {
        wrong_type(entry.mistakes(), entry.path_of("want"), value->value, "a table");
        return want;
    }
    Table table(entry.mistakes(), entry.path_of("want"), *map, value->value.where);
    for (const auto& fact : *map)
        if (auto read = read_want_value(table, fact)) want.emplace(fact.key.value, std::move(*read));
    const auto sources = std::count_if(source_keys.begin(), source_keys.end(),
                                       [&](const char* key) { return want.contains(key); });
    if (sources != 1) refuse(entry, value->value.where, "want", "names neither one source nor another");
    return want;
}

Digest as_digest(Table& table, std::string_view key, const core::Text& text) {
    const auto digest = Digest::parse(text.value);
    if (digest && text.value.starts_with("sha256:")) return *digest;
    refuse(table, text.where, key, "is no digest 'sha256:' and 64 hex digits");
    return {};
}

Digest need_digest(Table& table, std::string_view key) {
    const auto text = table.need_text(key, std::string(key) + " = \"sha256:…\"");
    return text ? as_digest(table, key, *text) : Digest{};
}

std::uint64_t need_size(Table& table) {
    if (table.need("size", "size = 1") == nullptr) return 0;
    constexpr std::int64_t most = std::int64_t{1} << 50;
    return static_cast<std::uint64_t>(table.integer("size", 0, most).value_or(0));
}

// Calls read(system, value) for every entry of the table `key`, which is there; its keys are systems.
template <typename Read>
void for_each_system(Table& entry, std::string_view key, Read read) {
    const auto* found = entry.need(key, std::string(key) + ".x86_64-linux = …");
    if (found == nullptr) return;
    const auto* map = found->value.map();
    if (map == nullptr) {
        wrong_type(entry.mistakes(), entry.path_of(key), found->value, "a table");
        return;
    }
    const auto& systems = known_systems();
    for (const auto& [system, value] : *map) {
        if (std::find(systems.begin(), systems.end(), system.value) == systems.end())
            refuse(entry, system.where, key, "has the key '" + system.value + "', which is no system");
        else
            read(system.value, value);
    }
}

std::map<std::string, Digest> read_digests(Table& entry, std::string_view key) {
    std::map<std::string, Digest> digests;
    for_each_system(entry, key, [&](const std::string& system, const core::Value& value) {
        if (const auto text = as_text(entry.mistakes(), entry.path_of(key) + "." + system, value))
            digests.emplace(system, as_digest(entry, key, *text));
    });
    return digests;
}

// Calls read(system, table) for every table of the arrays `key`.SYSTEM.
template <typename Read>
void for_each_item(Table& entry, std::string_view key, Read read) {
    for_each_system(entry, key, [&](const std::string& system, const core::Value& value) {
        const auto path = entry.path_of(key) + "." + system;
        if (value.list() == nullptr) {
            wrong_type(entry.mistakes(), path, value, "a list of tables");
            return;
        }
        for (const auto& item : *value.list()) {
            if (item.map() == nullptr) {
                wrong_type(entry.mistakes(), path, item, "a table");
                continue;
            }
            Table table(entry.mistakes(), path, *item.map(), item.where);
            read(system, table);
            table.finish();
        }
    });
}

void read_commit(Table& entry, core::Pin& pin) {
    entry.need("rev", "rev = \"…\"");
    if (const auto rev = entry.text("rev")) {
        if (!is_revision(rev->value)) refuse(entry, rev->where, "rev", "is no commit id of 40 hex digits");
        pin.rev = rev->value;
    }
    const auto* date = entry.take("date");
    if (date == nullptr) return;
    const auto* time = std::get_if<core::DateTime>(&date->value.data);
    if (time == nullptr || !is_utc_date(time->text))
        refuse(entry, date->value.where, "date", "is no date and time in UTC");
    else
        pin.date = time->text;
}

// Goes into the URL of an archive, and decides nothing else: the digest says what is right.
bool is_pool_path(std::string_view path) {
    return !path.empty() && path.front() != '/' && path.find("..") == std::string_view::npos &&
           std::all_of(path.begin(), path.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

core::LockedPackage read_package(Table& table) {
    core::LockedPackage package;
    const auto text = [&](std::string_view key) {
        return table.need_text(key, std::string(key) + " = \"…\"").value_or(core::Text{}).value;
    };
    package.name = text("name");
    package.version = text("version");
    package.suite = text("suite");
    package.path = text("path");
    if (!is_pool_path(package.path)) refuse(table, table.where(), "path", "is no path below an archive");
    package.sha256 = need_digest(table, "sha256");
    package.size = need_size(table);
    return package;
}

void read_debian(Table& entry, core::Pin& pin) {
    pin.snapshot = entry.need_text("snapshot", "snapshot = \"…\"").value_or(core::Text{}).value;
    entry.need("signed_by", "signed_by = [\"…\"]");
    for (const auto& key : entry.texts("signed_by").value_or(core::Texts{}))
        pin.signed_by.push_back(key.value);
    entry.need("layout", "layout = 1");
    pin.layout = static_cast<int>(entry.integer("layout", 1, 1'000'000).value_or(0));
    pin.trees = read_digests(entry, "tree");
    for_each_item(entry, "package", [&](const std::string& system, Table& table) {
        pin.packages[system].push_back(read_package(table));
    });
}

void read_image(Table& entry, core::Pin& pin) {
    pin.index = need_digest(entry, "index");
    pin.trees = read_digests(entry, "tree");
    for (const auto& [system, digest] : read_digests(entry, "manifest")) pin.images[system].manifest = digest;
    for_each_item(entry, "layer", [&](const std::string& system, Table& table) {
        pin.images[system].layers.push_back({need_digest(table, "digest"), need_size(table)});
    });
}

void read_entry(Table& entry, core::LockedInput& input) {
    input.want = read_want(entry);
    if (entry.mistakes().count() > 0 && input.want.empty()) return entry.ignore_rest();
    if (input.want.contains("deb")) return read_debian(entry, input.pin);
    if (input.want.contains("oci")) return read_image(entry, input.pin);
    if (input.want.contains("git")) read_commit(entry, input.pin);
    if (input.want.contains("url")) {
        input.pin.sha256 = need_digest(entry, "sha256");
        input.pin.size = need_size(entry);
    }
    input.pin.tree = need_digest(entry, "tree");
}

void read_entries(Table& root, core::Lock& lock) {
    const auto* inputs = root.take("inputs");
    if (inputs == nullptr) return;
    auto& mistakes = root.mistakes();
    const auto* map = inputs->value.map();
    if (map == nullptr) {
        wrong_type(mistakes, "inputs", inputs->value, "a table");
        return;
    }
    for (const auto& [name, value] : *map) {
        const auto target = "inputs." + name.value;
        mistakes.enter(target);
        const auto before = mistakes.count();
        core::LockedInput input;
        input.name = name.value;
        input.where = value.where;
        if (!is_entry_name(name.value))
            mistakes.add("bad-lock", "'" + name.value + "' is no name of an input", name.where);
        if (const auto* facts = value.map()) {
            Table entry(mistakes, target, *facts, value.where);
            read_entry(entry, input);
            entry.finish();
        } else {
            wrong_type(mistakes, target, value, "a table");
        }
        if (mistakes.count() == before) lock.inputs.push_back(std::move(input));
    }
    mistakes.enter({});
}

void read_lock(Table& root, core::Lock& lock) {
    const auto* format = root.need("format", "format = 1");
    if (format != nullptr) {
        const auto* number = format->value.integer();
        if (number == nullptr || *number != 1) {
            root.mistakes().add("bad-lock",
                                "the lock file is not of format 1, the one that " + this_program() + " reads",
                                format->value.where, "another format");
            return;
        }
    }
    read_entries(root, lock);
    root.finish();
    std::sort(lock.inputs.begin(), lock.inputs.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
}

// Whatever is wrong with a lock file, it is one kind of mistake with one remedy.
void become_bad_lock(core::Finding& finding, const std::string& file) {
    finding.code = "evaluation.bad-lock";
    finding.fix.reset();
    const bool merge = finding.message.find("conflict markers") != std::string::npos;
    finding.help = {merge ? "take either side whole, `git checkout --ours " + file +
                                "`, then run `contract lock`: it adds what is missing"
                          : "restore the file from git, or remove it and run `contract lock`"};
}

}  // namespace

ParsedLock parse_lock(std::string file, std::string_view text) {
    ParsedLock out;
    const TextIndex index(std::move(file), text);
    Mistakes mistakes(index);
    if (const auto document = read_document(mistakes)) {
        Table root(mistakes, {}, *document->map(), document->where);
        read_lock(root, out.lock);
    }
    out.findings = mistakes.take();
    for (auto& finding : out.findings) become_bad_lock(finding, harmless(index.file().text()));
    return out;
}

}  // namespace contract::manifest
