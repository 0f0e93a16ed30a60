// SPDX-License-Identifier: Apache-2.0
//
// The expression language, a subset of CEL: text → parsed program → checked against the types of the
// variables → value. Total and free of side effects. What is left out is refused with an Error, never given
// another meaning. Every Error carries where it points into the text of the expression: `Problem` has byte
// offsets.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "contract/base/result.hpp"

namespace contract::expression {

struct Value;
using List = std::vector<Value>;
using Map = std::map<std::string, Value>;

struct Value {
    std::variant<std::nullptr_t, bool, std::int64_t, std::string, List, Map> data = nullptr;
    friend bool operator==(const Value&, const Value&) = default;
};

// What is known of a variable before it has a value. `dynamic` is checked when evaluated.
enum class TypeKind { null, boolean, integer, string, list, map, dynamic };
struct Type {
    TypeKind kind = TypeKind::dynamic;
    std::map<std::string, Type> fields;  // map: its known keys; empty with kind map: any key, dynamic values
    std::shared_ptr<Type> element;       // list: of its items; none: dynamic
};

using Types = std::map<std::string, Type>;
using Values = std::map<std::string, Value>;

// A mistake in an expression; begin and end are byte offsets into its text.
struct Problem {
    std::string code;  // syntax, unknown-name, type, unsupported, value, limit
    std::string message;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::vector<std::string> help;
};

struct Node;

class Program {
public:
    static std::variant<Program, Problem> parse(std::string text);

    const std::string& text() const { return text_; }
    // Every mistake that shows without values; empty: the program is well typed for `types`.
    std::vector<Problem> check(const Types& types, Type* result = nullptr) const;
    std::variant<Value, Problem> evaluate(const Values& values) const;

    // The dotted names it reads, longest selections first written: {"packages", "zlib", "path"}, with where.
    struct Reference {
        std::vector<std::string> path;  // packages.zlib.path and packages["zlib"].path alike
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    std::vector<Reference> references() const;

    // Each sub-expression that decided a false result, with its value, for reports: "value >= 1024" → "512".
    struct Step {
        std::string text;
        Value value;
    };
    std::vector<Step> steps(const Values& values) const;

private:
    Program(std::string text, std::shared_ptr<const Node> root)
        : text_(std::move(text)), root_(std::move(root)) {}
    std::string text_;
    std::shared_ptr<const Node> root_;
};

// `${{ expression }}` in a string: literal text and expressions, in order. `$${{` is a literal `${{`; an
// interpolation ends at the first `}}` outside quotes and brackets.
struct Piece {
    bool is_expression = false;
    std::string text;       // literal text, or the expression between the braces
    std::size_t begin = 0;  // byte offset of `text` in the whole string (before `$${{` was shortened)
};
std::variant<std::vector<Piece>, Problem> split_template(std::string_view text);

std::string to_text(const Value& value);     // as interpolation renders it; strings as they are
std::string to_literal(const Value& value);  // as the language would write it; strings quoted
std::string_view word(TypeKind kind);

}  // namespace contract::expression
