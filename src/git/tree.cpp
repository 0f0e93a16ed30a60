// SPDX-License-Identifier: Apache-2.0
//
// Walking the tree of a commit. The objects come from outside and git does not check them when they are
// fetched: names that are no names, paths longer than any system takes and trees that repeat themselves
// into billions of entries are refused here, before anything is made of them.
#include <algorithm>

#include "contract/base/text.hpp"
#include "state.hpp"

namespace contract::git {

namespace {

constexpr std::size_t longest_path = 4095;
constexpr std::size_t most_entries = 5'000'000;

Error unsupported(const std::string& message) {
    return Error{"unsupported-entry", message, Blame::declaration, {}, {}, {}};
}

bool is_file_name(std::string_view name) {
    return !name.empty() && name != "." && name != ".." && name != ".git" &&
           name.find('/') == std::string_view::npos;
}

std::optional<NodeKind> kind_of(git_filemode_t mode) {
    switch (mode) {
        case GIT_FILEMODE_BLOB: return NodeKind::file;
        case GIT_FILEMODE_BLOB_EXECUTABLE: return NodeKind::executable;
        case GIT_FILEMODE_LINK: return NodeKind::symlink;
        case GIT_FILEMODE_TREE: return NodeKind::directory;
        case GIT_FILEMODE_COMMIT: return NodeKind::submodule;
        case GIT_FILEMODE_UNREADABLE: break;
    }
    return std::nullopt;
}

enum class Depth { all, one };

struct Walk {
    git_repository* repository;
    const std::string& place;
    Depth depth = Depth::all;
    std::vector<TreeEntry> entries{};

    Result<> descend(const git_oid& id, const std::string& prefix) {
        git_tree* raw = nullptr;
        if (git().git_tree_lookup(&raw, repository, &id) != 0)
            return damaged(place, "the directory " + text_of(id));
        const OwnedTree tree(raw);
        const std::size_t size = git().git_tree_entrycount(raw);
        for (std::size_t i = 0; i < size; ++i) TRY(add(git().git_tree_entry_byindex(raw, i), prefix));
        return {};
    }

    Result<> add(const git_tree_entry* entry, const std::string& prefix) {
        const std::string name = git().git_tree_entry_name(entry);
        const auto kind = kind_of(git().git_tree_entry_filemode(entry));
        std::string path = prefix + name;
        if (!is_file_name(name) || !kind)
            return unsupported("'" + harmless(path) + "' in '" + harmless(place) + "' is no file git makes");
        if (path.size() > longest_path)
            return unsupported("a path in '" + harmless(place) + "' has more than 4095 bytes: '" +
                               harmless(path.substr(0, 80)) + "…'");
        if (entries.size() >= most_entries)
            return unsupported("a tree in '" + harmless(place) + "' has more than five million entries");
        const git_oid id = *git().git_tree_entry_id(entry);
        entries.push_back(TreeEntry{path, *kind, text_of(id)});
        if (*kind == NodeKind::directory && depth == Depth::all) return descend(id, path + "/");
        return {};
    }
};

Error subdir_missing(const std::string& subdir, const std::string& commit, const std::string& place) {
    return Error{"subdir-missing",
                 "there is no directory '" + harmless(subdir) + "' in commit " + commit + " of '" +
                     harmless(place) + "'",
                 Blame::declaration,
                 {},
                 {},
                 {}};
}

Result<OwnedTree> tree_of(git_repository* repository, const std::string& place, const std::string& commit) {
    git_oid id;
    if (!parse_id(commit, id)) throw InternalError("git::walk: not a commit id: " + commit);
    git_commit* raw_commit = nullptr;
    if (git().git_commit_lookup(&raw_commit, repository, &id) != 0)
        return damaged(place, "the commit " + commit);
    const OwnedCommit owned_commit(raw_commit);
    git_tree* raw_tree = nullptr;
    if (git().git_commit_tree(&raw_tree, raw_commit) != 0)
        return damaged(place, "the tree of commit " + commit);
    return OwnedTree(raw_tree);
}

git_oid id_of(const OwnedTree& tree) {
    return *git().git_object_id(reinterpret_cast<const git_object*>(tree.get()));
}

}  // namespace

Result<std::vector<TreeEntry>> Repository::top(const std::string& commit) const {
    auto* repository = state_->repository.get();
    TRY_ASSIGN(const auto tree, tree_of(repository, state_->place, commit));
    Walk walk{repository, state_->place, Depth::one};
    TRY(walk.descend(id_of(tree), ""));
    return std::move(walk.entries);
}

Result<std::vector<TreeEntry>> Repository::walk(const std::string& commit, const std::string& subdir) const {
    auto* repository = state_->repository.get();
    TRY_ASSIGN(const auto tree, tree_of(repository, state_->place, commit));
    git_oid start = id_of(tree);
    if (!subdir.empty()) {
        git_tree_entry* raw_entry = nullptr;
        const int status = git().git_tree_entry_bypath(&raw_entry, tree.get(), subdir.c_str());
        if (status == GIT_ENOTFOUND) return subdir_missing(subdir, commit, state_->place);
        if (status != 0) return damaged(state_->place, "the directory '" + harmless(subdir) + "'");
        const OwnedTreeEntry entry(raw_entry);
        if (git().git_tree_entry_filemode(raw_entry) != GIT_FILEMODE_TREE)
            return subdir_missing(subdir, commit, state_->place);
        start = *git().git_tree_entry_id(raw_entry);
    }
    Walk walk{repository, state_->place};
    TRY(walk.descend(start, ""));
    // By bytes of the whole path, so a directory still comes before what is in it, and the order is ours
    // and not that of git's trees.
    std::sort(walk.entries.begin(), walk.entries.end(),
              [](const TreeEntry& a, const TreeEntry& b) { return a.path < b.path; });
    return std::move(walk.entries);
}

}  // namespace contract::git
