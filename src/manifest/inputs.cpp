// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "forms.hpp"
#include "sections.hpp"

namespace contract::manifest {

namespace {

// A location is handed to git and to the file system: nothing in it may look like an option or hide from
// sight.
bool check_location(Table& table, std::string_view key, const core::Text& text) {
    const auto& value = text.value;
    const bool control = std::any_of(
        value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
    if (!value.empty() && value.front() != '-' && !control) return true;
    table.mistakes().add(
        "bad-value", "'" + table.path_of(key) + "' is '" + value + "'", text.where,
        value.empty() ? "empty" : (control ? "has a control character" : "starts with '-', as options do"));
    return false;
}

// A folder inside the repository, without a leading "./".
void check_subdir(Table& table, const core::Text& subdir) {
    const auto normal = path::normalise(subdir.value);
    if (path::is_absolute(subdir.value) || normal == ".." || normal.starts_with("../")) {
        table.mistakes().add("path-outside", "'" + table.path_of("subdir") + "' leads out of the repository",
                             subdir.where, "outside of the repository");
        return;
    }
    if (normal == "." || subdir.value.find_first_of(std::string_view("\0\n\r", 3)) != std::string::npos)
        table.mistakes().add("bad-value", "'" + table.path_of("subdir") + "' names no folder", subdir.where,
                             "not a folder");
}

core::GitSource read_git(Table& table, core::Text url) {
    core::GitSource git;
    check_location(table, "git", url);
    git.url = std::move(url);
    git.ref = table.text("ref");
    git.rev = table.text("rev");
    git.subdir = table.text("subdir");
    if (git.ref && git.rev) {
        auto& finding = table.mistakes().add("bad-value", "'" + table.path() + "' has both 'ref' and 'rev'",
                                             git.rev->where, "one of the two is enough");
        finding.related.push_back({git.ref->where, "the other one"});
        finding.help.emplace_back("keep 'ref' to follow a branch or tag, 'rev' for one commit");
    }
    if (git.ref && !is_git_ref(git.ref->value))
        table.mistakes().add("bad-value", "'" + table.path_of("ref") + "' is '" + git.ref->value + "'",
                             git.ref->where, "no name that git allows");
    if (git.rev && !is_revision(git.rev->value)) {
        table.mistakes()
            .add("bad-value", "'" + table.path_of("rev") + "' is '" + git.rev->value + "'", git.rev->where,
                 "not a full commit id")
            .help.emplace_back("write all 40 hex digits in lower case, or use 'ref' for a branch or tag");
    }
    if (git.subdir) check_subdir(table, *git.subdir);
    return git;
}

core::PathSource read_path(Table& table, core::Text path) {
    if (!check_location(table, "path", path)) return {std::move(path)};
    const auto& value = path.value;
    const bool good =
        value.starts_with("./") || value.starts_with("../") || value == ".." || path::is_absolute(value);
    if (!good)
        table.mistakes().add("bad-value", "'" + table.path_of("path") + "' is '" + value + "'", path.where,
                             "starts with neither './' nor '../'");
    return {std::move(path)};
}

core::HostSource read_host_folders(Table& table) {
    auto folders = table.texts("host").value_or(core::Texts{});
    auto& mistakes = table.mistakes();
    if (const auto* entry = table.take("host");
        entry->value.list() != nullptr && entry->value.list()->empty())
        mistakes.add("bad-value", "'" + table.path_of("host") + "' names no folder", entry->value.where,
                     "empty");
    for (const auto& folder : folders) {
        const bool plain = path::is_absolute(folder.value) && path::normalise(folder.value) != "/" &&
                           folder.value.find("..") == std::string::npos &&
                           folder.value.find_first_of(std::string_view("\0\n\r", 3)) == std::string::npos;
        if (!plain)
            mistakes.add("bad-value",
                         "'" + folder.value + "' in '" + table.path_of("host") + "' is no folder to use",
                         folder.where, "an absolute path below '/', without '..'");
    }
    return {std::move(folders)};
}

// The names of the source keys that `table` has, among `keys`.
std::vector<const core::Entry*> sources_of(Table& table) {
    std::vector<const core::Entry*> sources;
    for (const std::string_view key : {"git", "path", "host"})
        if (const auto* entry = table.take(key)) sources.push_back(entry);
    return sources;
}

// "inputs.zlib"
bool names_input(std::string_view text) {
    constexpr std::string_view folder = "inputs.";
    return text.starts_with(folder) && is_name(text.substr(folder.size()));
}

void read_follows(Table& table, const core::Entry& follows, core::Input& input) {
    auto& mistakes = table.mistakes();
    const auto* map = follows.value.map();
    if (map == nullptr) {
        wrong_type(mistakes, table.path_of("follows"), follows.value, "a table");
        return;
    }
    for (const auto& [theirs, value] : *map) {
        auto ours = as_text(mistakes, table.path_of("follows") + "." + theirs.value, value);
        if (!ours) continue;
        if (!is_name(theirs.value))
            mistakes.add("bad-value", "'" + theirs.value + "' is no name of an input", theirs.where,
                         "not a name");
        else if (!names_input(ours->value))
            mistakes
                .add("bad-value", "'" + table.path_of("follows") + "' names '" + ours->value + "'",
                     ours->where, "not an input")
                .help.emplace_back("write one of this contract's own inputs: " + theirs.value +
                                   " = \"inputs.NAME\"");
        else
            input.follows.emplace_back(theirs, std::move(*ours));
    }
}

// What makes an input a contract. A contract is a folder with a contract.toml, which no root is.
void read_contract_keys(Table& table, core::Input& input) {
    input.contract = table.flag("contract").value_or(false);
    auto& mistakes = table.mistakes();
    const auto* flag = table.take("contract");
    const auto* follows = table.take("follows");
    for (const std::string_view root : {"deb", "oci", "host"})
        if (input.contract && table.take(root) != nullptr)
            mistakes
                .add("bad-value", "'" + table.path() + "' is a root, and so no contract", flag->key.where,
                     "not with '" + std::string(root) + "'")
                .help.emplace_back("a contract comes from an input with git, url or path");
    if (follows == nullptr) return;
    if (!input.contract)
        mistakes
            .add("bad-value", "'" + table.path() + "' has 'follows' and is no contract", follows->key.where,
                 "only contracts have inputs")
            .help.emplace_back("add: contract = true");
    read_follows(table, *follows, input);
}

void read_input(Table& table, core::Input& input) {
    // Other keys belong to these kinds, and mean nothing without them.
    if (table.not_yet({"url", "deb", "oci"})) return table.ignore_rest();
    table.not_yet({"submodules"});
    read_contract_keys(table, input);
    const auto sources = sources_of(table);
    auto& mistakes = table.mistakes();
    if (sources.empty()) {
        mistakes.add("missing-key", "'" + table.path() + "' has no source", table.where(), "no source")
            .help.emplace_back("add one of: git = \"URL\", path = \"../folder\", host = [\"/usr\"]");
        for (const std::string_view key : {"ref", "rev", "subdir"}) table.take(key);
        return;
    }
    if (sources.size() > 1) {
        auto& finding = mistakes.add("bad-value", "'" + table.path() + "' has more than one source",
                                     sources[1]->key.where, "a second source");
        finding.related.push_back({sources[0]->key.where, "the first source"});
        finding.help.emplace_back("write one input for each");
    }
    const auto& key = sources.front()->key.value;
    if (key == "host") {
        input.source = read_host_folders(table);
        return;
    }
    auto location = table.text(key);
    if (!location) return;
    if (key == "git")
        input.source = read_git(table, std::move(*location));
    else
        input.source = read_path(table, std::move(*location));
}

}  // namespace

void read_inputs(Table& root, core::Manifest& manifest) {
    read_section(root, "inputs", manifest.inputs, manifest.broken, read_input);
}

}  // namespace contract::manifest
