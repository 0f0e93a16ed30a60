// SPDX-License-Identifier: Apache-2.0
//
// What this machine has at the paths a host manages, for hosts whose declared root is folders of this
// machine: so that a rehearsal meets the collisions the machine would. Read once per path, whatever the
// number of hosts.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rehearsal_request.hpp"

namespace contract::activation {

class Machine {
public:
    // `directory`: "/" but in tests. Errors: system.
    static Result<Machine> open(const std::string& directory = "/");

    // Adds to `base` what is at `path`, and its ancestors. The content of a directory is not copied: only
    // what a host manages matters. Errors: file-too-large, system.
    Result<> copy(const std::string& path, Base& base);
    const Tree& tree() const { return tree_; }
    bool is_below_any(const std::string& path, const std::vector<std::string>& folders) const;

private:
    explicit Machine(Tree tree) : tree_(std::move(tree)) {}
    Result<std::optional<Node>> node_at(const std::string& place);
    Tree tree_;
    std::map<std::string, std::optional<Node>> nodes_;
};

}  // namespace contract::activation
