// SPDX-License-Identifier: Apache-2.0
//
// The parsed expression, private to this room. Every node knows its bytes in the text; `height` is bounded by
// the parser, so that walking a tree recursively never exhausts the stack. The parser makes names and calls
// by their text; resolve() says what they mean, so that nothing is looked up by text when a program runs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "contract/base/result.hpp"
#include "contract/expression/expression.hpp"

namespace contract::expression {

enum class NodeKind : std::uint8_t {
    literal,
    list,
    map,     // key, value, key, value…
    name,    // before resolve()
    local,   // a variable of a macro, by its slot
    global,  // any other variable, by its number in Tree::names; else the type in `literal`, such as `int`
    select,  // the operand; `text` is the field
    has,     // likewise
    index,   // the operand, the key
    negate,
    invert,
    logic,  // && or ||: two children or more
    binary,
    conditional,
    call,          // the arguments, the receiver first; `text` is the function
    unknown_call,  // a call of what does not exist, or with other arguments
    macro,         // the range, the variables (`local`), then the expressions; `text` is as written
};

enum class Operator : std::uint8_t {
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

enum class Macro : std::uint8_t { all, exists, exists_one, map, filter, transform_list, transform_map };

struct Signature;
class Pattern;

struct Node {
    NodeKind kind = NodeKind::literal;
    Operator operation = Operator::add;
    Macro macro = Macro::all;
    bool method = false;         // call: of a receiver
    bool absolute = false;       // name: written with a leading dot, which no variable of a macro hides
    std::uint8_t variables = 0;  // macro: one or two
    std::uint32_t slot = 0;      // local, global
    std::uint32_t height = 1;
    std::size_t begin = 0;  // of the whole node
    std::size_t end = 0;
    std::size_t point_begin = 0;  // of what a problem is about: the operator, the name, the field
    std::size_t point_end = 0;
    const Signature* signature = nullptr;    // call
    std::shared_ptr<const Pattern> pattern;  // call of matches with a literal pattern
    Value literal;
    std::string text;
    std::vector<Node> children;
};

// The parsed and resolved expression.
struct Tree {
    Node root;
    std::vector<std::string> names;  // the variables it may read
    std::uint32_t locals = 0;        // slots of variables of macros
};

inline Problem problem_at(const Node& node, std::string code, std::string message) {
    return {std::move(code), std::move(message), node.begin, node.end, {}};
}
inline Problem problem_at_point(const Node& node, std::string code, std::string message) {
    return {std::move(code), std::move(message), node.point_begin, node.point_end, {}};
}

// Carries the first problem out of the recursion of parser and resolver; never leaves them.
struct Stop {
    Problem problem;
};
[[noreturn]] void stop(std::string code, std::string message, std::size_t begin, std::size_t end,
                       std::vector<std::string> help = {});
[[noreturn]] void unsupported(const std::string& what, std::size_t begin, std::size_t end);

// A text as a message shows it: harmless, and no longer than a line.
std::string shown(std::string_view text);

// The nearest name as a help sentence; none when nothing is near.
std::vector<std::string> did_you_mean(std::string_view wrong, const std::vector<std::string>& candidates);

// What is wrong with an unknown_call: the name, or the number of arguments.
Problem unknown_function(const Node& node);

std::vector<std::string> macro_names();
std::string ways_to_use_macro(std::string_view name);  // "a.all(x, expression) or …"; empty: no macro

// The type that a name denotes when no variable has it: `int`, `null_type`; dynamic: none.
Kind denoted_type(std::string_view name);

Tree resolve(Node root);                                        // may throw Stop
std::variant<Tree, Problem> parse_tree(std::string_view text);  // parsed and resolved

std::vector<Problem> check_tree(const Tree& tree, const Types& types, TypePtr* result);
std::vector<Program::Reference> references_of(const Tree& tree);
std::vector<Program::Step> explain(const Tree& tree, std::string_view text, const Variables& variables);

}  // namespace contract::expression
