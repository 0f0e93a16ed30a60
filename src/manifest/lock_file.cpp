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

constexpr std::string_view header =
    "# contract.lock: written by `contract lock`. Commit it; do not edit it.\n"
    "format = 1\n";

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

// The source keys, and whether their values are texts; every other key of `want` is checked by kind alone: it
// only has to compare with the manifest's.
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

void read_commit(Table& entry, bool git, core::Pin& pin) {
    if (git) entry.need("rev", "rev = \"…\"");
    for (const std::string_view key : {"rev", "date"})
        if (const auto* extra = entry.take(key); extra != nullptr && !git)
            refuse(entry, extra->key.where, key, "has no meaning for a path");
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

void read_entry(Table& entry, core::LockedInput& input) {
    input.want = read_want(entry);
    const bool git = input.want.contains("git");
    const auto before = entry.mistakes().count();
    if (before > 0 && input.want.empty()) return entry.ignore_rest();
    read_commit(entry, git, input.pin);
    const auto tree = entry.need_text("tree", "tree = \"sha256:…\"");
    if (!tree) return;
    auto digest = Digest::parse(tree->value);
    if (!digest || !tree->value.starts_with("sha256:"))
        refuse(entry, tree->where, "tree", "is no digest 'sha256:' and 64 hex digits");
    else
        input.pin.tree = *digest;
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
    for (auto& finding : out.findings) become_bad_lock(finding, harmless(index.file()));
    return out;
}

std::string write_lock(const core::Lock& lock) {
    auto inputs = lock.inputs;
    std::sort(inputs.begin(), inputs.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    std::string out(header);
    for (const auto& input : inputs) {
        std::vector<std::string> facts;
        for (const auto& [key, value] : input.want) facts.push_back(key + " = " + core::text(value));
        out += "\n[inputs." + (is_name(input.name) ? input.name : quoted(input.name)) + "]\n";
        out += "want = { " + join(facts, ", ") + " }\n";
        if (!input.pin.rev.empty()) out += "rev  = " + quoted(input.pin.rev) + "\n";
        if (!input.pin.date.empty()) out += "date = " + input.pin.date + "\n";
        out += "tree = " + quoted(input.pin.tree.text()) + "\n";
    }
    return out;
}

}  // namespace contract::manifest
