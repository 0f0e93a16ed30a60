// SPDX-License-Identifier: Apache-2.0
//
// What a host's root has at the paths the host manages: folders of this machine, or a tree from an input. So
// that a rehearsal meets the collisions the host would. Read once per path, whatever the number of hosts.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contract/core/recipe.hpp"
#include "contract/os/file.hpp"
#include "rehearsal_request.hpp"

namespace contract::activation {

class Machine {
public:
    // `directory`: "/" but in tests. Errors: system.
    static Result<Machine> open(const std::string& directory = "/");
    // A tree in the store, which keeps neither owners nor modes: everything in it is root's, with the usual
    // modes. Errors: system.
    static Result<Machine> open_tree(const std::string& directory);

    // Adds to `base` what is at `path`, and its ancestors. The content of a directory is not copied: only
    // what a host manages matters. Errors: file-too-large, system.
    Result<> copy(const std::string& path, Base& base);
    const Tree& tree() const { return tree_; }
    bool is_below_any(const std::string& path, const std::vector<std::string>& folders) const;
    // Whether `path` belongs to a root that is this machine's folders, or this tree.
    bool is_in(const core::Root& root, const std::string& path) const;
    // Of the file `path` leads to, no symlink leading out; none when it leads nowhere.
    Result<std::optional<os::FileStatus>> target_status(const std::string& path) const;

private:
    Machine(Tree tree, bool is_store_tree) : tree_(std::move(tree)), is_store_tree_(is_store_tree) {}
    Result<std::optional<Node>> node_at(const std::string& place);
    Tree tree_;
    bool is_store_tree_ = false;
    std::map<std::string, std::optional<Node>> nodes_;
};

}  // namespace contract::activation
