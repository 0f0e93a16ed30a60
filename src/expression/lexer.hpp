// SPDX-License-Identifier: Apache-2.0
//
// Text → tokens, as CEL's lexical grammar says. What CEL has and this slice has not (doubles, unsigned
// integers, bytes, triple quotes, back-ticked fields) is refused by name here.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "contract/expression/expression.hpp"

namespace contract::expression {

enum class TokenKind { end, name, integer, string, sign };

struct Token {
    TokenKind kind = TokenKind::end;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string text;  // name: itself; string: its value; integer: its digits; sign: "&&"
};

inline constexpr std::size_t longest_expression = 65536;  // bytes

// The last token is `end`. Problems: syntax, unsupported, limit.
std::variant<std::vector<Token>, Problem> tokenize(std::string_view text);

}  // namespace contract::expression
