// SPDX-License-Identifier: Apache-2.0
//
// The parsed expression, private to this room. Every node knows its bytes in the text; `height` is bounded by
// the parser, so that walking a tree recursively never exhausts the stack.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "contract/base/result.hpp"
#include "contract/expression/expression.hpp"

namespace contract::expression {

enum class NodeKind { literal, list, name, select, index, has, call, negate, invert, binary, conditional };

enum class Operator {
    logical_or,
    logical_and,
    equal,
    unequal,
    less,
    less_equal,
    greater,
    greater_equal,
    in,
    add,
    subtract,
    multiply,
    divide,
    remainder,
};
std::string_view word(Operator operation);

enum class Function { size, contains, starts_with, ends_with };
std::string_view word(Function function);

struct Node {
    NodeKind kind = NodeKind::literal;
    std::size_t begin = 0;  // of the whole node
    std::size_t end = 0;
    std::size_t point_begin = 0;  // of what a problem is about: the operator, the name, the field
    std::size_t point_end = 0;
    std::size_t height = 1;
    Value literal;
    std::string text;  // name: the variable; select and has: the field
    Operator operation = Operator::add;
    Function function = Function::size;
    std::vector<Node> children;  // select, index, call: the operand first
};

inline Problem problem_at(const Node& node, std::string code, std::string message) {
    return {std::move(code), std::move(message), node.begin, node.end, {}};
}
inline Problem problem_at_point(const Node& node, std::string code, std::string message) {
    return {std::move(code), std::move(message), node.point_begin, node.point_end, {}};
}

// The nearest name as a help sentence; none when nothing is near.
std::vector<std::string> did_you_mean(std::string_view wrong, const std::vector<std::string>& candidates);

std::variant<Node, Problem> parse_node(std::string_view text);
std::vector<Problem> check_node(const Node& root, const Types& types, TypePtr* result);
Outcome interpret(const Node& root, const Variables& variables);
std::vector<Program::Step> explain(const Node& root, std::string_view text, const Variables& variables);

}  // namespace contract::expression
