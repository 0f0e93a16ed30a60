// SPDX-License-Identifier: Apache-2.0
//
// Equality and order of values, as the language has them: numbers of different kinds compare by value.
#pragma once

#include <compare>
#include <optional>

#include "contract/expression/value.hpp"

namespace contract::expression {

bool is_number(Kind kind);

// Unordered when one is NaN. Both must be numbers.
std::partial_ordering compare_numbers(const Value& a, const Value& b);

// None: values of these kinds have no order.
std::optional<std::partial_ordering> compare(const Value& a, const Value& b);

// As `==` of the language. A Problem, without a place, when an object has to be had whole and cannot be; a
// difference elsewhere is found all the same.
std::variant<bool, Problem> are_equal(const Value& a, const Value& b);

// The order of keys in a map, exact for numbers; both must be of a kind for keys.
std::strong_ordering compare_keys(const Value& a, const Value& b);

}  // namespace contract::expression
