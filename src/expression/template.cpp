// SPDX-License-Identifier: Apache-2.0
//
// Strings with `${{ expression }}`. Only brackets, quotes and comments are understood here, so that a `}}`
// inside a string does not end an interpolation; the parser judges what is between.
#include <algorithm>

#include "contract/expression/expression.hpp"

namespace contract::expression {

namespace {

constexpr auto nowhere = std::string_view::npos;

// The end of the quoted string that starts at `at`, or nowhere.
std::size_t skip_quoted(std::string_view text, std::size_t at) {
    const bool raw = at > 0 && (text[at - 1] == 'r' || text[at - 1] == 'R');
    const bool triple = text.substr(at, 3) == std::string(3, text[at]);
    const std::string closing(triple ? 3 : 1, text[at]);
    for (at += closing.size(); at < text.size() && (triple || text[at] != '\n'); ++at) {
        if (text[at] == '\\' && !raw) {
            ++at;
        } else if (text.substr(at, closing.size()) == closing) {
            return at + closing.size();
        }
    }
    return nowhere;
}

// The end of a comment: of its line, or of the interpolation when that may end here.
std::size_t skip_comment(std::string_view text, std::size_t at, bool may_end) {
    const std::size_t line = std::min(text.find('\n', at), text.size());
    return may_end ? std::min(text.find("}}", at), line) : line;
}

// The offset of the `}}` that ends the expression starting at `at`, or nowhere.
std::size_t find_end(std::string_view text, std::size_t at) {
    std::size_t open = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == '"' || c == '\'') {
            at = skip_quoted(text, at);
            if (at == nowhere) return at;
            continue;
        }
        if (text.substr(at, 2) == "//") {
            at = skip_comment(text, at, open == 0);
            continue;
        }
        if (c == '}' && open == 0) return text.substr(at, 2) == "}}" ? at : nowhere;
        if (c == '(' || c == '[' || c == '{') ++open;
        if ((c == ')' || c == ']' || c == '}') && open > 0) --open;
        ++at;
    }
    return nowhere;
}

}  // namespace

std::variant<std::vector<Piece>, Problem> split_template(std::string_view text) {
    constexpr std::string_view opening = "${{";
    std::vector<Piece> pieces;
    Piece literal;
    std::size_t at = 0;
    const auto flush = [&](std::size_t next) {
        if (!literal.text.empty()) pieces.push_back(std::move(literal));
        literal = {false, "", next};
    };
    while (at < text.size()) {
        if (text.substr(at, 4) == "$${{") {
            literal.text += opening;
            at += 4;
        } else if (text.substr(at, 3) == opening) {
            const std::size_t end = find_end(text, at + 3);
            if (end == nowhere)
                return Problem{"syntax",
                               "the interpolation has no closing '}}'",
                               at,
                               at + 3,
                               {"write '$${{' for a literal '${{'"}};
            flush(at);
            pieces.push_back({true, std::string(text.substr(at + 3, end - at - 3)), at + 3});
            at = end + 2;
            literal.begin = at;
        } else {
            const std::size_t next = text.find('$', at + 1);
            literal.text += text.substr(at, next == nowhere ? next : next - at);
            at = next == nowhere ? text.size() : next;
        }
    }
    flush(text.size());
    return pieces;
}

}  // namespace contract::expression
