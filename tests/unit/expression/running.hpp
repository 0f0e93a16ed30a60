// SPDX-License-Identifier: Apache-2.0
//
// Expressions as rows of a table: a text, and the literal of its value or what is wrong with it.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "contract/expression/expression.hpp"

namespace contract::expression {

inline std::string told(const Problem& problem) {
    return problem.code + " at " + std::to_string(problem.begin) + "-" + std::to_string(problem.end);
}

inline Program program(const std::string& text) {
    auto parsed = Program::parse(text);
    if (const auto* problem = std::get_if<Problem>(&parsed)) FAIL(text << ": " << problem->message);
    return std::get<Program>(std::move(parsed));
}

inline Outcome outcome(const std::string& text, const Variables& variables = NamedValues{}) {
    auto parsed = Program::parse(text);
    if (auto* problem = std::get_if<Problem>(&parsed)) return std::move(*problem);
    return std::get<Program>(parsed).evaluate(variables);
}

// The literal of the value, or "code at begin-end".
inline std::string run(const std::string& text, const Variables& variables = NamedValues{}) {
    const auto result = outcome(text, variables);
    if (const auto* problem = std::get_if<Problem>(&result)) return told(*problem);
    return to_literal(std::get<Value>(result));
}

struct Row {
    std::string text;
    std::string wanted;  // as run() tells it
};
inline void hold(const std::vector<Row>& rows, const Variables& variables = NamedValues{}) {
    for (const Row& row : rows) {
        INFO(row.text);
        CHECK(run(row.text, variables) == row.wanted);
    }
}

// Each text has no value, for a reason of this code.
inline void fail(const std::string& code, const std::vector<std::string>& texts,
                 const Variables& variables = NamedValues{}) {
    for (const auto& text : texts) {
        INFO(text);
        const auto result = outcome(text, variables);
        const auto* problem = std::get_if<Problem>(&result);
        if (problem == nullptr) {
            CHECK(to_literal(std::get<Value>(result)) == code);
            continue;
        }
        INFO(problem->message);
        CHECK(problem->code == code);
    }
}

}  // namespace contract::expression
