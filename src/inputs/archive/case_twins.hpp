// SPDX-License-Identifier: Apache-2.0
//
// Names that a file system which ignores case takes for one.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "tree_builder.hpp"

namespace contract::inputs {

// The first two paths whose last parts differ in case alone, by Unicode's simple rules.
std::optional<std::pair<std::string, std::string>> case_twins(const TreeBuilder::Folder& folder);

}  // namespace contract::inputs
