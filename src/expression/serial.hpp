// SPDX-License-Identifier: Apache-2.0
//
// What toJson(), toToml() and `contract eval` write.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "contract/expression/expression.hpp"

namespace contract::expression {

std::string base64(std::string_view bytes);

// A TOML document with the entries of a map. The Problem has no place.
std::variant<std::string, Problem> to_toml(const Map& map);

}  // namespace contract::expression
