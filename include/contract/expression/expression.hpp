// SPDX-License-Identifier: Apache-2.0
//
// The expression language, a subset of CEL: text → parsed program → checked against the types of the
// variables → value. Total and free of side effects. What is left out is refused with a Problem, never given
// another meaning.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "contract/expression/problem.hpp"
#include "contract/expression/type.hpp"
#include "contract/expression/value.hpp"

namespace contract::expression {

// The variables that an evaluation reads.
class Variables {
public:
    virtual ~Variables() = default;
    // Null: it has no value. What is found must stay as it is until the evaluation has ended.
    virtual const Value* find(std::string_view name) const = 0;
};

class NamedValues final : public Variables {
public:
    void set(std::string name, Value value) { values_.insert_or_assign(std::move(name), std::move(value)); }
    const Value* find(std::string_view name) const override {
        const auto found = values_.find(name);
        return found == values_.end() ? nullptr : &found->second;
    }

private:
    std::map<std::string, Value, std::less<>> values_;
};

struct Tree;

// Copies share the parsed program.
class Program {
public:
    static std::variant<Program, Problem> parse(std::string text);

    const std::string& text() const { return text_; }
    // Every mistake that shows without values; empty: the program is well typed for `types`. `result` gets
    // the type of its value.
    std::vector<Problem> check(const Types& types, TypePtr* result = nullptr) const;
    Outcome evaluate(const Variables& variables) const;

    // What it reads: each chain of selections and of indexes with literal keys from a free variable, longest
    // first written. `packages.zlib.path` and `packages["zlib"].path` are alike; variables of macros are
    // none.
    struct Reference {
        struct Step {
            Value key;  // of the first step the name of the variable
            std::size_t begin = 0;
            std::size_t end = 0;
            std::string_view name() const;  // the key when it is a string, else ""
        };
        enum class Use {
            value,     // it is used as it is
            presence,  // has(a.b): only whether it is there
            element,   // it goes on with a key that is computed: a[b]
            iterated,  // a macro goes over all of it: a.all(…)
        };
        std::vector<Step> steps;  // never empty
        std::size_t begin = 0;    // of the whole chain
        std::size_t end = 0;
        Use use = Use::value;
        bool partial() const { return use == Use::element || use == Use::iterated; }
    };
    std::vector<Reference> references() const;

    // Each sub-expression that decided a false result, with its value, for reports: "value >= 1024" → "512".
    // Of a macro the items that decided, at most three, as the values of its variable.
    struct Step {
        std::string text;
        Value value;
        std::vector<std::string>
            reads;  // the variables it comes from, also where a macro's variable stands for them
    };
    std::vector<Step> steps(const Variables& variables) const;

private:
    Program(std::string text, std::shared_ptr<const Tree> tree)
        : text_(std::move(text)), tree_(std::move(tree)) {}
    std::string text_;
    std::shared_ptr<const Tree> tree_;
};

// `${{ expression }}` in a string: literal text and expressions, in order. `$${{` is a literal `${{`; an
// interpolation ends at the first `}}` outside quotes and brackets.
struct Piece {
    bool is_expression = false;
    std::string text;       // literal text, or the expression between the braces
    std::size_t begin = 0;  // byte offset of `text` in the whole string (before `$${{` was shortened)
};
std::variant<std::vector<Piece>, Problem> split_template(std::string_view text);

// One line of JSON. Tagged: told apart for every kind, as `contract eval` prints it, {"$uint": 1}. Plain: as
// other programs read it; a Problem (without a place) for what JSON has no form for. Of an object whose whole
// cannot be had either gives its Problem.
enum class JsonForm { tagged, plain };
std::variant<std::string, Problem> to_json(const Value& value, JsonForm form);

std::string to_text(const Value& value);     // as interpolation renders it; strings as they are
std::string to_literal(const Value& value);  // as the language would write it; strings quoted

}  // namespace contract::expression
