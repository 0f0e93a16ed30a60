// SPDX-License-Identifier: Apache-2.0
//
// What + - * / % and the comparisons do with two values. Nothing wraps round: a result that does not fit is a
// Problem.
#pragma once

#include "budget.hpp"

namespace contract::expression {

// Each gives `result`, or false with the budget's problem.
bool arithmetic(const Node& node, const Value& a, const Value& b, Budget& budget, Value& result);
bool comparison(const Node& node, const Value& a, const Value& b, Budget& budget, Value& result);
bool equality(const Node& node, const Value& a, const Value& b, Budget& budget, Value& result);
bool membership(const Node& node, const Value& item, const Value& whole, Budget& budget, Value& result);
bool negation(const Node& node, const Value& operand, Budget& budget, Value& result);

}  // namespace contract::expression
