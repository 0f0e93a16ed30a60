// SPDX-License-Identifier: Apache-2.0
//
// A tree of files as the root of somebody, without an overlay: the new root is a file system of ours, into
// which the entries of the tree are bound one by one. Folders in which others must be able to put something
// are made and filled entry by entry. Only looks; what it returns is steps.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "contract/sandbox/setup.hpp"

namespace contract::sandbox {

struct TreeView {
    std::string tree;                // on this machine
    std::set<std::string> expanded;  // "/", "/etc": made here, their entries bound one by one
    std::set<std::string> left_out;  // what somebody else makes: "/dev", "/etc/passwd"
    // This machine's own files: bound with all the rights they have, and without what may not be looked at.
    bool as_is = false;
};

// In order of names, so that two machines get the same steps. A symlink becomes a symlink, but where a folder
// is to be expanded: there it becomes that folder, with the entries of the one it leads to inside the tree.
// What cannot be listed is bound as it is, so that the refusal names it when the root is made.
std::vector<MountStep> steps_of(const TreeView& view);

// A path as it is read inside the tree, no symlink leading out: where the folder it leads to lies on this
// machine, empty for none; whether it leads to a file.
std::string folder_in(const std::string& tree, const std::string& path);
bool is_file_in(const std::string& tree, const std::string& path);

// What a sealed process sees of a root that is a tree.
TreeView sealed_view(const std::string& tree);

}  // namespace contract::sandbox
