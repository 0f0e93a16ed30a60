// SPDX-License-Identifier: Apache-2.0
//
// Parts of a tree as trees of their own.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "contract/store/store.hpp"

namespace contract::store {

// The files and symlinks whose path in the tree is wanted, without the folders that become empty by it.
// Errors: empty-source when nothing is left, and those of Store::directory.
using Wanted = std::function<bool(const std::string& path)>;
Result<Digest> select(Store& store, const Digest& tree, const Wanted& wanted);

// The paths of its regular files, sorted.
Result<std::vector<std::string>> list_files(const Store& store, const Digest& tree);

}  // namespace contract::store
