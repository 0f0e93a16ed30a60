// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "forms.hpp"
#include "input_sources.hpp"
#include "sections.hpp"

namespace contract::manifest {

namespace {

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
    git.submodules = table.flag("submodules").value_or(false);
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

// The source keys that `table` has.
std::vector<const core::Entry*> sources_of(Table& table) {
    std::vector<const core::Entry*> sources;
    for (const std::string_view key : {"git", "path", "host", "url", "deb", "oci"})
        if (const auto* entry = table.take(key)) sources.push_back(entry);
    return sources;
}

// Keys that belong to one kind or another: without a source none of them can be judged.
void report_no_source(Table& table) {
    table.mistakes()
        .add("missing-key", "'" + table.path() + "' has no source", table.where(), "no source")
        .help.emplace_back(
            "add one of: git = \"URL\", url = \"URL\", path = \"../folder\", deb = [\"gcc\"], "
            "oci = \"HOST/NAME:TAG\", host = [\"/usr\"]");
    table.ignore_rest();
}

void read_source(Table& table, std::string_view kind, core::Input& input) {
    if (kind == "host") {
        input.source = read_host_folders(table);
        return;
    }
    if (kind == "deb") {
        input.source = read_deb(table);
        return;
    }
    auto location = table.text(kind);
    if (!location) return table.ignore_rest();
    if (kind == "git") {
        input.source = read_git(table, std::move(*location));
    } else if (kind == "url") {
        input.source = read_url(table, std::move(*location));
    } else if (kind == "oci") {
        input.source = read_oci(table, std::move(*location));
    } else {
        input.source = read_path(table, std::move(*location));
    }
}

void read_input(Table& table, core::Input& input) {
    table.not_yet({"contract", "follows"});
    const auto sources = sources_of(table);
    auto& mistakes = table.mistakes();
    if (sources.empty()) return report_no_source(table);
    if (sources.size() > 1) {
        auto& finding = mistakes.add("bad-value", "'" + table.path() + "' has more than one source",
                                     sources[1]->key.where, "a second source");
        finding.related.push_back({sources[0]->key.where, "the first source"});
        finding.help.emplace_back("write one input for each");
        return table.ignore_rest();
    }
    const auto& kind = sources.front()->key.value;
    read_source(table, kind, input);
    if (kind != "host" && kind != "path") input.min_age_seconds = read_age(table);
}

}  // namespace

void read_inputs(Table& root, core::Manifest& manifest) {
    read_section(root, "inputs", manifest.inputs, manifest.broken, [&](Table& table, core::Input& input) {
        read_input(table, input);
        need_systems(table, manifest.contract, input);
    });
}

}  // namespace contract::manifest
