// SPDX-License-Identifier: Apache-2.0
//
// Files that a sealed process may write: they have to belong to it, and what it made of them is not to be
// trusted.
#pragma once

#include <optional>
#include <string>

#include "contract/base/result.hpp"

namespace contract::build {

// The sealed process of root is somebody else; of anybody else it is the same user, and nothing is to do.
Result<> give_to_builder(const std::string& path);

// The first part of `name`, a path below `top`, that is there and is no directory although something is named
// below it; none: all are directories, or the first that is missing has nothing behind it. Whoever opens a
// file of a tree that somebody else wrote asks this first: a symlink on the way would lead to this machine's
// own files. Nobody may write to the tree meanwhile.
Result<std::optional<std::string>> obstacle(const std::string& top, const std::string& name);
// Whether `name` is a regular file below `top` with nothing but directories on the way.
Result<bool> is_file_below(const std::string& top, const std::string& name);

}  // namespace contract::build
