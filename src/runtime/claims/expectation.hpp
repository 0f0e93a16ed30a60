// SPDX-License-Identifier: Apache-2.0
//
// An expectation held against facts. A fact without a value is left out of the evaluation, so an expression
// that is decided without it (`exists && …`, `… || true`) is decided; one that needs it is not guessed.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "../observe/facts.hpp"

namespace contract::runtime {

struct Verdict {
    enum class Kind {
        holds,
        fails,    // false, or it needs a fact that is known not to be there
        unknown,  // it needs a fact that could not be had
        error,    // it cannot be evaluated, or is neither true nor false
    };
    Kind kind = Kind::holds;
    std::vector<expression::Program::Step> steps;  // fails: what decided it
    expression::Problem problem;                   // error
};

class Expectation {
public:
    // Evaluation has parsed it before; one that does not parse here is a broken invariant.
    explicit Expectation(const std::string& text);

    // The facts it reads, by name.
    const std::set<std::string>& used() const { return used_; }
    Verdict judge(const Facts& facts) const;

private:
    expression::Program program_;
    std::set<std::string> used_;
};

// The names that an expression reads; empty for one that does not parse.
std::vector<std::string> names_in(const std::string& text);

}  // namespace contract::runtime
