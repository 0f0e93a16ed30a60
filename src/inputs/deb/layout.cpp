// SPDX-License-Identifier: Apache-2.0
//
// What is done, in this order; a later layout may do it otherwise, this one never:
//   1. bin, sbin, lib, lib32, lib64 and libx32 at the top, in paths and hard links, become usr/…; for each
//   that
//      then exists there is a symlink at the top. Targets of symlinks stay as they are.
//   2. symlinks come before what lies behind them: a package that installs into a folder which another one
//      made a symlink has its files where the symlink leads, as when dpkg follows it.
//   3. one path, two packages: folders are shared, equal files and symlinks are one, otherwise the package
//      whose Replaces names the other one wins, and if there is none it is an error. Diversions are not
//      known: they are made by scripts.
//   4. owners, times and set-id bits are gone, devices are left out; a file is executable or not.
// Not done, so that it stays a matter of data alone: no script runs, no cache is made (ld.so.cache,
// byte-code of Python, icons, locales). Byte-code would save a python program most of its start, but it can
// only be made by running that very interpreter; it belongs into a layout that has a step of its own for it.
#include "layout.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "version.hpp"

namespace contract::inputs::deb {

namespace {

constexpr std::array<std::string_view, 6> merged_names = {"bin", "lib", "lib32", "lib64", "libx32", "sbin"};

bool is_merged_name(std::string_view name) {
    return std::find(merged_names.begin(), merged_names.end(), name) != merged_names.end();
}

// "bin" of "usr/bin/ls"; "" when it lies elsewhere.
std::string_view part_below_usr(std::string_view path) {
    if (path.substr(0, 4) != "usr/") return {};
    path.remove_prefix(4);
    return path.substr(0, path.find('/'));
}

constexpr int most_links = 40;  // as the kernel

std::string joined(const std::vector<std::string>& parts) {
    return join(parts, "/");
}

// Follows symlinks in `path`, in its last part too when `last` says so. Empty: too many, or the top.
std::string followed(const TreeBuilder& tree, std::string_view path, bool last) {
    std::vector<std::string> todo = path::parts(path), done;
    std::reverse(todo.begin(), todo.end());
    for (int links = 0; !todo.empty();) {
        std::string part = std::move(todo.back());
        todo.pop_back();
        if (part.empty() || part == "." || part == "/") continue;
        if (part == "..") {
            if (!done.empty()) done.pop_back();
            continue;
        }
        done.push_back(std::move(part));
        if (todo.empty() && !last) break;
        const auto* node = tree.find(joined(done));
        const auto* link = node == nullptr ? nullptr : std::get_if<TreeBuilder::Link>(node);
        if (link == nullptr) continue;
        if (++links > most_links) return {};
        done.pop_back();
        if (path::is_absolute(link->target)) done.clear();
        auto parts = path::parts(link->target);
        todo.insert(todo.end(), std::make_move_iterator(parts.rbegin()),
                    std::make_move_iterator(parts.rend()));
    }
    return joined(done);
}

bool same(const PackageEntry& a, const PackageEntry& b) {
    return a.kind == b.kind && a.target == b.target && a.file.digest == b.file.digest &&
           a.file.executable == b.file.executable;
}

Error with_package(Error error, const PackageFile& package) {
    if (error.code != "package-conflict") error.notes.push_back("package: " + harmless(package.shown));
    return error;
}

std::size_t depth(const std::string& path) {
    return static_cast<std::size_t>(std::count(path.begin(), path.end(), '/'));
}

}  // namespace

std::string merged_path(std::string_view path) {
    const auto first = path.substr(0, path.find('/'));
    return is_merged_name(first) ? "usr/" + std::string(path) : std::string(path);
}

std::string behind_links(const TreeBuilder& tree, std::string_view path) {
    return followed(tree, path, false);
}

bool leads_somewhere(const TreeBuilder& tree, std::string_view path) {
    const auto real = followed(tree, path, true);
    return !real.empty() && tree.find(real) != nullptr;
}

Error Layout::conflict(const std::string& path, std::size_t one, std::size_t other) const {
    const auto& a = packages_[std::min(one, other)];
    const auto& b = packages_[std::max(one, other)];
    return {"package-conflict",
            "the packages '" + a.name + "' and '" + b.name + "' both have '" + shown_name(path) +
                "', and not the same there",
            Blame::declaration,
            {},
            {"package: " + harmless(a.shown), "package: " + harmless(b.shown),
             "wanted: the same content in both, or a Replaces of one that names the other"},
            {"leave out what brings one of the two in, or declare two inputs"}};
}

// With a Replaces on both sides, the later of the sorted packages wins: any rule will do that looks at
// nothing else.
bool Layout::replaces(std::size_t winner, std::size_t loser) const {
    const auto& a = packages_[winner];
    const auto& b = packages_[loser];
    return names_package(a.replaces, b.name, b.version);
}

// True: `item` takes the place of what is there. False: it is left out.
Result<bool> Layout::decide(const TreeBuilder::Node& there, const std::string& path, const Item& item) {
    const bool folder = std::holds_alternative<std::unique_ptr<TreeBuilder::Folder>>(there);
    const bool wants_folder = item.entry->kind == EntryKind::directory;
    auto found = owners_.find(path);
    if (folder && wants_folder) {
        if (found == owners_.end()) owners_[path] = {item.package, item.entry};
        return false;
    }
    // A folder for one and a symlink for another: the symlink stands, and stands for a folder.
    if (wants_folder && std::holds_alternative<TreeBuilder::Link>(there)) return false;
    // A folder that nobody names is there because of what is in it.
    if (found == owners_.end()) found = owners_.lower_bound(path + "/");
    const Owner other = found == owners_.end() ? Owner{item.package, item.entry} : found->second;
    if (folder || wants_folder) return conflict(path, other.package, item.package);
    if (same(*other.entry, *item.entry)) return false;
    const auto later = std::max(other.package, item.package), earlier = std::min(other.package, item.package);
    const bool later_wins = replaces(later, earlier);
    if (!later_wins && !replaces(earlier, later)) return conflict(path, other.package, item.package);
    const bool item_wins = (item.package == later) == later_wins;
    replaced_[item_wins ? other.entry->path : item.entry->path].push_back(item_wins ? other.package
                                                                                    : item.package);
    return item_wins;
}

// Where the item belongs, symlinks followed.
Result<std::string> Layout::place_of(const TreeBuilder& tree, const Item& item) {
    std::string place;
    if (item.entry->kind == EntryKind::symlink || item.path.find('/') == std::string::npos) {
        place = behind_links(tree, item.path);
    } else {
        const auto above = path::parent(item.path);
        const auto [found, fresh] = folders_.try_emplace(above);
        if (fresh) found->second = followed(tree, above, true);
        place = found->second.empty() ? behind_links(tree, item.path)
                                      : found->second + "/" + path::name(item.path);
    }
    // A symlink may lead to the top again, where bin is none of the folders.
    if (!place.empty()) return merged_path(place);
    return Error{"unsupported-entry",
                 "the entry '" + shown_name(item.path) + "' lies behind symlinks that lead nowhere",
                 Blame::declaration,
                 {},
                 {},
                 {"leave out the package"}};
}

Result<> Layout::add(TreeBuilder& tree, const Item& item) {
    TRY_ASSIGN(const auto path, place_of(tree, item));
    if (const auto* there = tree.find(path)) {
        TRY_ASSIGN(const bool wins, decide(*there, path, item));
        if (!wins) return {};
    }
    owners_[path] = {item.package, item.entry};
    switch (item.entry->kind) {
        case EntryKind::directory: return tree.add_folder(path);
        case EntryKind::symlink: return tree.add_link(path, item.entry->target);
        default: return tree.add_file(path, item.entry->file);
    }
}

Result<> Layout::build(TreeBuilder& tree) {
    std::vector<Item> links, folders, files;
    std::set<std::string> needed;  // of the merge
    for (std::size_t package = 0; package < packages_.size(); ++package) {
        for (const auto& entry : packages_[package].entries) {
            const bool link = entry.kind == EntryKind::symlink;
            // Newer packages bring the links of the merge themselves.
            if (link && is_merged_name(entry.path)) continue;
            const auto path = merged_path(rename ? rename(packages_[package], entry.path) : entry.path);
            if (const auto name = part_below_usr(path); is_merged_name(name)) needed.emplace(name);
            auto& kind = link ? links : entry.kind == EntryKind::directory ? folders : files;
            kind.push_back({path, package, &entry});
        }
    }
    for (const auto& name : needed) TRY(tree.add_link(name, "usr/" + name));
    // Those nearer to the top first, because they tell where the others lie.
    std::stable_sort(links.begin(), links.end(), [](const Item& a, const Item& b) {
        return std::pair(depth(a.path), std::string_view(a.path)) <
               std::pair(depth(b.path), std::string_view(b.path));
    });
    for (const auto* kind : {&links, &folders, &files}) {
        for (const auto& item : *kind) {
            auto added = add(tree, item);
            if (!added) return with_package(std::move(added).error(), packages_[item.package]);
        }
    }
    // Some are needed only now, because symlinks led there.
    for (const auto name : merged_names)
        if (tree.find("usr/" + std::string(name)) != nullptr)
            TRY(tree.add_link(name, "usr/" + std::string(name)));
    return {};
}

bool Layout::is_replaced(std::size_t package, const std::string& path) const {
    const auto found = replaced_.find(path);
    return found != replaced_.end() &&
           std::find(found->second.begin(), found->second.end(), package) != found->second.end();
}

}  // namespace contract::inputs::deb
