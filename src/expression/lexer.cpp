// SPDX-License-Identifier: Apache-2.0
#include "lexer.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "contract/base/text.hpp"
#include "limits.hpp"

namespace contract::expression {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

namespace {

bool starts_quoted_field(char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '/' || c == ' ';
}

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}

    std::variant<std::vector<Token>, Problem> run() {
        if (text_.size() > longest_expression)
            return Problem{"limit", "an expression may have 65536 bytes", 0, text_.size(), {}};
        while (!problem_) {
            skip_blank();
            if (at_ >= text_.size()) break;
            next();
        }
        if (problem_) return *problem_;
        tokens_.push_back({TokenKind::end, text_.size(), text_.size(), ""});
        return std::move(tokens_);
    }

private:
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

    void fail(std::string message, std::size_t begin, std::size_t end) {
        if (!problem_) problem_ = Problem{"syntax", std::move(message), begin, end, {}};
    }
    void push(TokenKind kind, std::size_t begin, std::string_view text) {
        tokens_.push_back({kind, begin, at_, std::string(text)});
    }

    void skip_blank() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
                ++at_;
            } else if (c == '/' && peek(1) == '/') {
                while (at_ < text_.size() && text_[at_] != '\n') ++at_;
            } else {
                return;
            }
        }
    }

    void next() {
        const char c = peek();
        if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
        if (c == '"' || c == '\'') return string(at_);
        if (is_letter(c)) return name();
        if (c == '`') return quoted_name();
        sign();
    }

    void name() {
        const std::size_t begin = at_;
        while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
        const std::string_view word = text_.substr(begin, at_ - begin);
        if ((peek() == '"' || peek() == '\'') && is_prefix(word)) return string(begin);
        push(TokenKind::name, begin, word);
    }

    // r"…", b"…" and br"…", in either case.
    static bool is_prefix(std::string_view word) {
        const auto lower = [&](std::size_t i) { return word[i] | 0x20; };
        if (word.size() == 1) return lower(0) == 'r' || lower(0) == 'b';
        return word.size() == 2 && lower(0) == 'b' && lower(1) == 'r';
    }

    void quoted_name() {
        const std::size_t begin = at_++;
        while (starts_quoted_field(peek())) ++at_;
        const std::string_view word = text_.substr(begin + 1, at_ - begin - 1);
        if (peek() != '`' || word.empty()) {
            fail("a field in back-ticks has letters, digits, '_', '.', '-', '/' and spaces", begin,
                 std::min(at_ + 1, text_.size()));
            problem_->help.push_back("write [\"…\"] for any other key");
            return;
        }
        ++at_;
        push(TokenKind::quoted_name, begin, word);
    }

    void number() {
        const std::size_t begin = at_;
        TokenKind kind = TokenKind::integer;
        if (peek() == '0' && peek(1) == 'x') {
            at_ += 2;
            if (hex_value(peek()) < 0) return no_number(begin);
            while (hex_value(peek()) >= 0) ++at_;
        } else {
            kind = decimal();
        }
        const std::string_view digits = text_.substr(begin, at_ - begin);
        if (kind == TokenKind::integer && (peek() == 'u' || peek() == 'U')) {
            ++at_;
            kind = TokenKind::unsigned_integer;
        }
        if (is_letter(peek()) || is_digit(peek())) return no_number(begin);
        push(kind, begin, digits);
    }

    // Digits, a fraction and an exponent, each where it is one.
    TokenKind decimal() {
        TokenKind kind = TokenKind::integer;
        while (is_digit(peek())) ++at_;
        if (peek() == '.' && is_digit(peek(1))) {
            kind = TokenKind::real;
            ++at_;
            while (is_digit(peek())) ++at_;
        }
        const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
        if ((peek() == 'e' || peek() == 'E') && is_digit(peek(1 + sign))) {
            kind = TokenKind::real;
            at_ += 1 + sign;
            while (is_digit(peek())) ++at_;
        }
        return kind;
    }

    void no_number(std::size_t begin) {
        while (is_letter(peek()) || is_digit(peek())) ++at_;
        fail("'" + std::string(text_.substr(begin, at_ - begin)) + "' is no number", begin, at_);
    }

    // at_ stands on the opening quote; `begin` on the prefix, if there is one.
    void string(std::size_t begin) {
        const std::string_view prefix = text_.substr(begin, at_ - begin);
        const bool raw = prefix.find_first_of("rR") != std::string_view::npos;
        const char quote = peek();
        const bool triple = peek(1) == quote && peek(2) == quote;
        const std::string closing(triple ? 3 : 1, quote);
        at_ += closing.size();
        while (text_.substr(at_, closing.size()) != closing) {
            const bool line_ends = peek() == '\n' || peek() == '\r';
            if (at_ >= text_.size() || (line_ends && !triple))
                return fail("the string has no closing quote", begin, at_);
            at_ += peek() == '\\' && !raw && at_ + 1 < text_.size() ? 2 : 1;
        }
        at_ += closing.size();
        auto decoded = decode_literal(text_.substr(begin, at_ - begin), begin);
        if (auto* problem = std::get_if<Problem>(&decoded)) {
            problem_ = std::move(*problem);
            return;
        }
        auto& literal = std::get<Literal>(decoded);
        tokens_.push_back(
            {literal.bytes ? TokenKind::bytes : TokenKind::string, begin, at_, std::move(literal.value)});
    }

    void sign() {
        static constexpr std::array<std::string_view, 6> pairs{"&&", "||", "==", "!=", "<=", ">="};
        const std::string_view rest = text_.substr(at_);
        for (const auto pair : pairs)
            if (rest.substr(0, 2) == pair) return push_sign(pair);
        if (std::string_view("?:<>+-*/%!.,()[]{}").find(rest[0]) != std::string_view::npos)
            return push_sign(rest.substr(0, 1));
        const CodePoint point = code_point_at(text_, at_);
        fail("'" + harmless(rest.substr(0, point.length)) + "' has no meaning here", at_, at_ + point.length);
        if (rest[0] == '&' || rest[0] == '|' || rest[0] == '=')
            problem_->help.push_back("write '" + std::string(2, rest[0]) + "'");
    }

    void push_sign(std::string_view sign_text) {
        const std::size_t begin = at_;
        at_ += sign_text.size();
        push(TokenKind::sign, begin, sign_text);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<Token> tokens_;
    std::optional<Problem> problem_;
};

}  // namespace

std::variant<std::vector<Token>, Problem> tokenize(std::string_view text) {
    return Lexer(text).run();
}

}  // namespace contract::expression
