// SPDX-License-Identifier: Apache-2.0
//
// The root that layers make, lowest first, as container runtimes unpack it, but in memory: nothing a layer
// says is done to a file system, and no symlink leads out of the tree.
//
// * A directory entry keeps what is in a directory that is there; every other entry replaces what is there.
// * ".wh.NAME" hides NAME of the layers below, ".wh..wh..opq" everything that they have in its directory;
//   neither hides what its own layer brings. Hiding what is not there is fine.
// * An entry below a symlink of a lower layer ("lib/x" where lib → usr/lib) belongs where the symlink leads,
//   with the tree as "/". A symlink to nothing makes directories there.
// * A hard link is another name of a file of this layer or one below.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "../archive/archive.hpp"

namespace contract::inputs {

class LayeredTree {
public:
    void begin_layer() { added_.clear(); }
    // Errors: unsupported-entry (below a file, a circle of symlinks, a hard link to what is not there, a
    // whiteout of "." or ".."), and those of TreeBuilder.
    Result<> add(const ArchiveEntry& entry);
    Result<Digest> finish(store::Store& store) const { return tree_.finish(store); }

private:
    using Folder = TreeBuilder::Folder;

    Result<std::string> resolve(std::string_view folder) const;
    Result<std::string> place_of(std::string_view path) const;
    Result<> hide(const std::string& folder, std::string_view name);
    void prune(Folder& folder, const std::string& path);
    Result<> add_hard_link(const std::string& path, const std::string& target);
    void make_room(const std::string& path);

    TreeBuilder tree_;
    std::set<std::string, std::less<>> added_;  // paths of the tree that the current layer brought
};

// Whether a file's content is of use: that of a whiteout is not.
bool is_whiteout(std::string_view path);

}  // namespace contract::inputs
