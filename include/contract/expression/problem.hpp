// SPDX-License-Identifier: Apache-2.0
//
// What can be wrong with an expression, in its text or in its evaluation. A Problem points into the text of
// the expression and knows neither file nor stage: whoever holds the text makes it a finding.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace contract::expression {

struct Problem {
    // syntax, unknown-name, type, unsupported: seen without values. value: nothing is wrong with the text,
    // but it has no value for these variables. limit: more text, nesting, work or memory than is allowed.
    std::string code;
    std::string message;    // lower case, no full stop
    std::size_t begin = 0;  // bytes in the text of the expression, end exclusive
    std::size_t end = 0;
    std::vector<std::string> help;

    friend bool operator==(const Problem&, const Problem&) = default;
};

}  // namespace contract::expression
