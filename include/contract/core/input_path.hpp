// SPDX-License-Identifier: Apache-2.0
//
// Where the tree of an input lies. The path follows from the tree, so that nobody has to vouch for what is at
// it.
#pragma once

#include <string_view>

#include "contract/core/store_path.hpp"

namespace contract::core {

// Requires is_name(name, 80).
inline StorePath input_path(const Digest& tree, std::string_view name) {
    return {Digest::of(tree.text() + " " + std::string(name)), name};
}

}  // namespace contract::core
