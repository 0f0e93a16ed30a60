// SPDX-License-Identifier: Apache-2.0
//
// Is a store path what was put there? Looks, follows no symlink, and changes nothing.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "blobs.hpp"

namespace contract::store {

struct Difference {
    std::string file;  // in the path; empty: the path itself
    std::string what;  // "has other bytes than when it was made"
    // The store lacks a part of the tree. The path may have it still.
    bool lacking = false;
};

// The first difference between `path` and the tree that was placed there, read-only. `bad` are the blobs that
// are known to be damaged; a file that shares its inode with another one is not hashed again.
std::optional<Difference> compare(const Blobs& blobs, const std::set<Digest>& bad, const Digest& tree,
                                  const std::string& path);

}  // namespace contract::store
