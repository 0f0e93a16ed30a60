// SPDX-License-Identifier: Apache-2.0
//
// The expressions and interpolated values of modules: parsed, checked against the types of what they name,
// with what they read.
#pragma once

#include "module_set.hpp"

namespace contract::evaluation {

class TextCompiler {
public:
    TextCompiler(ModuleSet& set, Surroundings& surroundings) : set_(set), surroundings_(surroundings) {}

    // The types that `each.key` and `each.value` have from here on; null: there is no `each`.
    void enter(std::size_t module, expression::TypePtr each) {
        module_ = module;
        each_ = std::move(each);
    }

    // An expression that is a whole string. `wanted`: its type, unless dynamic. None after a report.
    std::optional<ExpressionIndex> expression(const core::Text& text, expression::Kind wanted,
                                              expression::TypePtr* result = nullptr);
    // Values with interpolations, and keys. `broken` is set after a report.
    CompiledValue value(const core::Value& value, bool keys_interpolate, bool& broken);
    CompiledText text(const std::string& text, const Span& literal, bool& broken);

private:
    std::optional<ExpressionIndex> add(std::string text, const Span& literal, std::size_t offset,
                                       expression::TypePtr* result);
    // False: it reads an option that was removed, which was reported.
    bool add_reads(Expression& expression);
    void report(const expression::Problem& problem, const Span& literal, std::size_t offset);
    Span place(const Span& literal, std::size_t begin, std::size_t end) const;

    ModuleSet& set_;
    Surroundings& surroundings_;
    std::size_t module_ = 0;
    expression::TypePtr each_;
};

// A value of a file without any expression; dates are strings.
expression::Value constant_of(const core::Value& value);

}  // namespace contract::evaluation
