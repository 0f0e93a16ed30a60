// SPDX-License-Identifier: Apache-2.0
//
// Text → tokens, as CEL's lexical grammar says. Literals are decoded here: a token of a string has its value.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "contract/expression/problem.hpp"

namespace contract::expression {

enum class TokenKind {
    end,
    name,
    quoted_name,  // `content-type`
    integer,
    unsigned_integer,
    real,
    string,
    bytes,
    sign,
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string
        text;  // names: the name; string, bytes: the value; numbers: as written, without 'u'; sign: "&&"
};

// The last token is `end`. Problems: syntax, limit.
std::variant<std::vector<Token>, Problem> tokenize(std::string_view text);

// The string or bytes literal whose prefix, quotes and content are `literal`; `begin` is its place in the
// text. `bytes` says whether a prefix made it bytes.
struct Literal {
    std::string value;
    bool bytes = false;
};
std::variant<Literal, Problem> decode_literal(std::string_view literal, std::size_t begin);

bool is_digit(char c);
bool is_letter(char c);
int hex_value(char c);  // -1: no hexadecimal digit

}  // namespace contract::expression
