// SPDX-License-Identifier: Apache-2.0
//
// The layers of an image: brought into the store as blobs, several at once, and made into a tree. A layer is
// in the store only when its size and SHA-256 are those of the manifest; what is not lies beside the
// downloads for whoever wants to look at it. The digests of the unpacked layers that a configuration lists
// need no look: the manifest's digests already fix every byte.
#pragma once

#include <string>
#include <vector>

#include "registry.hpp"

namespace contract::inputs {

// With context.jobs threads. A broken download is continued by the next run. Errors: hash-mismatch with
// wanted and got, offline, interrupted, those of Registry::download and of the store.
Result<> fetch_layers(Registry& registry, const std::vector<core::LockedLayer>& layers,
                      const Context& context);

// The tree of layers that are in the store, lowest first; remembered, so that it is made once. Errors: those
// of read_archive and LayeredTree with the layer named, and those of the store.
Result<Digest> tree_of_layers(const std::vector<core::LockedLayer>& layers, const std::string& shown,
                              const Context& context);

// The tree if it was made before and is whole.
Result<std::optional<Digest>> known_tree(const std::vector<core::LockedLayer>& layers,
                                         const Context& context);

}  // namespace contract::inputs
