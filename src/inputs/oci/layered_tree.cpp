// SPDX-License-Identifier: Apache-2.0
#include "layered_tree.hpp"

#include <algorithm>
#include <deque>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"

namespace contract::inputs {

namespace {

constexpr std::string_view whiteout = ".wh.";
constexpr std::string_view opaque = ".wh..wh..opq";
constexpr std::string_view metadata = ".wh..wh.";  // notes of an old storage driver to itself
constexpr int most_links = 40;                     // on the way to one entry, as the kernel allows
constexpr std::size_t deepest = 4096;              // parts still to walk

Error unsupported(std::string_view path, const std::string& why) {
    return Error{"unsupported-entry",
                 "the entry '" + harmless(path.substr(0, 200)) + "' " + why,
                 Blame::declaration,
                 {},
                 {},
                 {}};
}

std::string_view name_of(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

std::string_view folder_of(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string below(const std::string& folder, std::string_view name) {
    return folder.empty() ? std::string(name) : folder + "/" + std::string(name);
}

TreeBuilder::Folder* as_folder(TreeBuilder::Node* node) {
    auto* folder = std::get_if<std::unique_ptr<TreeBuilder::Folder>>(node);
    return folder == nullptr ? nullptr : folder->get();
}

const TreeBuilder::Node* child_of(const TreeBuilder::Folder* folder, const std::string& name) {
    if (folder == nullptr) return nullptr;
    const auto found = folder->entries.find(name);
    return found == folder->entries.end() ? nullptr : &found->second;
}

bool is_metadata(std::string_view path) {
    const auto parts = split(path, '/');
    return std::any_of(parts.begin(), parts.end(),
                       [](const std::string& part) { return part.starts_with(metadata) && part != opaque; });
}

// A way through the tree: the folders that were entered, and null below what is not there yet.
struct Walk {
    std::vector<const TreeBuilder::Folder*> folders;
    std::vector<std::string> names;

    explicit Walk(const TreeBuilder::Folder& top) : folders{&top} {}
    void leave() {
        if (names.empty()) return;  // ".." of the top is the top
        names.pop_back();
        folders.pop_back();
    }
    void restart() {
        names.clear();
        folders.resize(1);
    }
    void enter(std::string name, const TreeBuilder::Folder* folder) {
        names.push_back(std::move(name));
        folders.push_back(folder);
    }
};

}  // namespace

bool is_whiteout(std::string_view path) {
    return name_of(path).starts_with(whiteout);
}

// The folder that `folder` means when its symlinks are followed inside the tree.
Result<std::string> LayeredTree::resolve(std::string_view folder) const {
    Walk walk(tree_.top());
    int links = 0;
    const auto parts = split(folder, '/');
    std::deque<std::string> pending(parts.begin(), parts.end());
    while (!pending.empty()) {
        std::string part = std::move(pending.front());
        pending.pop_front();
        if (part.empty() || part == ".") continue;
        if (part == "..") {
            walk.leave();
            continue;
        }
        const auto* node = child_of(walk.folders.back(), part);
        if (node != nullptr && std::holds_alternative<TreeBuilder::File>(*node))
            return unsupported(folder,
                               "of a folder leads to the file '" + harmless(part.substr(0, 200)) + "'");
        if (const auto* link = node == nullptr ? nullptr : std::get_if<TreeBuilder::Link>(node)) {
            auto target = split(link->target, '/');
            if (++links > most_links || pending.size() + target.size() > deepest)
                return unsupported(folder, "lies behind too many symlinks");
            if (link->target.starts_with('/')) walk.restart();
            pending.insert(pending.begin(), target.begin(), target.end());
            continue;
        }
        const auto* child =
            node == nullptr ? nullptr : std::get<std::unique_ptr<TreeBuilder::Folder>>(*node).get();
        walk.enter(std::move(part), child);
    }
    return join(walk.names, "/");
}

Result<std::string> LayeredTree::place_of(std::string_view path) const {
    TRY_ASSIGN(const auto folder, resolve(folder_of(path)));
    return below(folder, name_of(path));
}

// Removes what the current layer did not bring; a folder stays when something in it does.
void LayeredTree::prune(Folder& folder, const std::string& path) {
    for (auto entry = folder.entries.begin(); entry != folder.entries.end();) {
        const std::string name = below(path, entry->first);
        auto* inner = as_folder(&entry->second);
        if (inner != nullptr) prune(*inner, name);
        const bool stays = added_.contains(name) || (inner != nullptr && !inner->entries.empty());
        entry = stays ? std::next(entry) : folder.entries.erase(entry);
    }
}

Result<> LayeredTree::hide(const std::string& folder, std::string_view name) {
    // A whiteout is an entry of its folder, which is there from now on if it was not before.
    if (!folder.empty()) TRY(tree_.add_folder(folder));
    Folder* parent = &tree_.top();
    for (const auto& part : folder.empty() ? std::vector<std::string>{} : split(folder, '/'))
        parent = as_folder(&parent->entries.at(part));
    if (name == opaque) {
        prune(*parent, folder);
        return {};
    }
    name.remove_prefix(whiteout.size());
    if (name.empty() || name == "." || name == "..")
        return unsupported(below(folder, name), "cannot be hidden by a whiteout");
    const auto found = parent->entries.find(name);
    if (found == parent->entries.end()) return {};
    const std::string path = below(folder, name);
    auto* inner = as_folder(&found->second);
    if (inner != nullptr) prune(*inner, path);
    if (!added_.contains(path) && (inner == nullptr || inner->entries.empty())) parent->entries.erase(found);
    return {};
}

// What is no folder takes the place of whatever was there.
void LayeredTree::make_room(const std::string& path) {
    tree_.remove(path);
}

Result<> LayeredTree::add_hard_link(const std::string& path, const std::string& target) {
    TRY_ASSIGN(const auto existing, place_of(target));
    const auto* node = tree_.find(existing);
    if (node == nullptr || std::holds_alternative<std::unique_ptr<Folder>>(*node))
        return unsupported(path, "is a hard link to '" + harmless(target.substr(0, 200)) +
                                     "', which is no file of this layer or one below");
    if (path == existing) return {};
    if (const auto* link = std::get_if<TreeBuilder::Link>(node)) {
        const std::string to = link->target;
        make_room(path);
        return tree_.add_link(path, to);
    }
    const auto file = std::get<TreeBuilder::File>(*node);
    make_room(path);
    return tree_.add_file(path, file);
}

Result<> LayeredTree::add(const ArchiveEntry& entry) {
    if (entry.path.empty() || entry.path == "." || is_metadata(entry.path)) return {};
    if (is_whiteout(entry.path)) {
        TRY_ASSIGN(const auto folder, resolve(folder_of(entry.path)));
        return hide(folder, name_of(entry.path));
    }
    TRY_ASSIGN(const auto path, place_of(entry.path));
    switch (entry.kind) {
        case EntryKind::directory: {
            const auto* node = tree_.find(path);
            if (node != nullptr && !std::holds_alternative<std::unique_ptr<Folder>>(*node)) make_room(path);
            TRY(tree_.add_folder(path));
            break;
        }
        case EntryKind::file:
            make_room(path);
            TRY(tree_.add_file(path, entry.content));
            break;
        case EntryKind::symlink:
            make_room(path);
            TRY(tree_.add_link(path, entry.target));
            break;
        case EntryKind::hard_link: TRY(add_hard_link(path, entry.target)); break;
    }
    added_.insert(path);
    return {};
}

}  // namespace contract::inputs
