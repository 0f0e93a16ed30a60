// SPDX-License-Identifier: Apache-2.0
//
// Searching in strings in linear time, whatever they are: std::string::find compares anew at every place,
// which for a million letters "a" takes hours.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace contract::expression {

// The first place at or after `from` where `part` stands; npos: none. Requires from <= text.size().
std::size_t find_text(std::string_view text, std::string_view part, std::size_t from);
// The last place at or before `last`; npos: none.
std::size_t find_last_text(std::string_view text, std::string_view part, std::size_t last);

}  // namespace contract::expression
