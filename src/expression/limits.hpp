// SPDX-License-Identifier: Apache-2.0
//
// What an expression may cost. Crossing a bound is a Problem `limit`, which no `||` and no macro hides.
#pragma once

#include <cstddef>
#include <cstdint>

namespace contract::expression {

inline constexpr std::size_t longest_expression = 65536;     // bytes of text
inline constexpr std::size_t deepest_nesting = 100;          // brackets, calls and conditions in each other
inline constexpr std::size_t tallest_tree = 500;             // operations in a chain
inline constexpr std::size_t longest_string = 16U << 20U;    // bytes
inline constexpr std::size_t longest_list = 1U << 20U;       // items, or entries of a map
inline constexpr std::uint64_t heaviest_value = 64U << 20U;  // Value::weight
inline constexpr std::size_t deepest_value = 200;            // Value::depth
inline constexpr std::int64_t most_steps = 10'000'000;       // of one evaluation
inline constexpr std::int64_t most_bytes = 256LL << 20;      // made by one evaluation
inline constexpr std::uint64_t longest_key = 256;            // looking up longer ones counts as work
inline constexpr std::size_t longest_pattern = 4096;         // bytes of a regular expression
inline constexpr std::size_t most_patterns = 32;             // literal ones in one expression

}  // namespace contract::expression
