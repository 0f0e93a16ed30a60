// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "blobs.hpp"

namespace contract::store {

enum class Taking {
    copy,  // the files belong to somebody: they are only read
    move,  // ours, below tmp/: they become the blobs
};

// See Store::import_tree.
Result<Digest> add_tree(const Blobs& blobs, const std::string& path, Taking taking);

}  // namespace contract::store
