// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "blobs.hpp"
#include "contract/core/directory.hpp"
#include "contract/store/store.hpp"

namespace contract::store {

// Errors: store-damaged, also when the blob is no Directory.
Result<core::Directory> read_directory(const Blobs& blobs, const Digest& digest);

// See Store::place.
Result<> place_tree(const Blobs& blobs, const Digest& tree, const std::string& path, Placement placement,
                    std::optional<std::uint32_t> owner);

}  // namespace contract::store
