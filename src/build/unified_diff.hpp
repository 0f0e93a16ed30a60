// SPDX-License-Identifier: Apache-2.0
//
// The difference of two texts as a unified diff, for people to read.
#pragma once

#include <string>
#include <string_view>

namespace contract::build {

// With three lines of context; empty when the two are equal. Texts that differ in more than some hundred
// lines are told as one block.
std::string unified_diff(const std::string& name, std::string_view before, std::string_view after);

}  // namespace contract::build
