// SPDX-License-Identifier: Apache-2.0
//
// What is known of how an action will be made before it runs. When it ran, and how, is added afterwards.
#pragma once

#include <cstddef>

#include "contract/build/build.hpp"
#include "contract/core/build_record.hpp"
#include "graph.hpp"

namespace contract::build {

// Requires that the node is an action.
core::BuildRecord record_of(const Request& request, const Graph& graph, std::size_t node);

// A URL as it may be shown to anybody: without a password, and without a query, which may be one.
std::string public_url(const std::string& url);

}  // namespace contract::build
