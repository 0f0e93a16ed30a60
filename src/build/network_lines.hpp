// SPDX-License-Identifier: Apache-2.0
//
// Lines in which a tool says that it reached no network.
#pragma once

#include <string_view>

namespace contract::build {

bool is_about_network(std::string_view line);

}  // namespace contract::build
