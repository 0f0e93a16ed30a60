// SPDX-License-Identifier: Apache-2.0
//
// Strongly connected components of a graph, for orders and cycles.
#pragma once

#include <cstddef>
#include <vector>

namespace contract::evaluation {

// `needs[i]` are the nodes that i needs. Components come out needs first; one of several nodes is a cycle.
std::vector<std::vector<std::size_t>> components(const std::vector<std::vector<std::size_t>>& needs);

}  // namespace contract::evaluation
