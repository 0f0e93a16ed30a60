// SPDX-License-Identifier: Apache-2.0
#include "lexer.hpp"

#include <array>
#include <optional>

#include "contract/base/text.hpp"

namespace contract::expression {

namespace {

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

    void fail(std::string code, std::string message, std::size_t begin, std::size_t end) {
        if (!problem_) problem_ = Problem{std::move(code), std::move(message), begin, end, {}};
    }
    void unsupported(std::string_view what, std::size_t begin, std::size_t end) {
        fail("unsupported", std::string(what) + " are not supported in this version", begin, end);
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
        if (c == '"' || c == '\'') return string(at_, false);
        if (is_letter(c)) return name();
        if (c == '`') return unsupported("fields in back-ticks", at_, at_ + 1);
        sign();
    }

    void name() {
        const std::size_t begin = at_;
        while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
        const std::string_view word = text_.substr(begin, at_ - begin);
        if (peek() == '"' || peek() == '\'') {
            if (word == "r" || word == "R") return string(begin, true);
            if (word.size() <= 2 && word.find_first_not_of("rRbB") == std::string_view::npos)
                return unsupported("bytes", begin, at_ + 1);
        }
        tokens_.push_back({TokenKind::name, begin, at_, std::string(word)});
    }

    void number() {
        const std::size_t begin = at_;
        const bool hex = peek() == '0' && (peek(1) == 'x' || peek(1) == 'X');
        if (hex) at_ += 2;
        const std::size_t digits = at_;
        while (hex ? hex_value(peek()) >= 0 : is_digit(peek())) ++at_;
        const bool empty = at_ == digits && peek() != '.';
        if (!hex && ((peek() == '.' && is_digit(peek(1))) || peek() == 'e' || peek() == 'E')) {
            while (is_letter(peek()) || is_digit(peek()) || peek() == '.') ++at_;
            return unsupported("floating-point numbers", begin, at_);
        }
        if (peek() == 'u' || peek() == 'U') return unsupported("unsigned integers", begin, at_ + 1);
        if (empty || is_letter(peek())) {
            while (is_letter(peek()) || is_digit(peek())) ++at_;
            return fail("syntax", "'" + std::string(text_.substr(begin, at_ - begin)) + "' is no number",
                        begin, at_);
        }
        tokens_.push_back({TokenKind::integer, begin, at_, std::string(text_.substr(begin, at_ - begin))});
    }

    // at_ stands on the opening quote; `begin` on the prefix, if there is one.
    void string(std::size_t begin, bool raw) {
        const char quote = peek();
        if (peek(1) == quote && peek(2) == quote) return unsupported("triple-quoted strings", begin, at_ + 3);
        ++at_;
        std::string value;
        while (!problem_) {
            if (at_ >= text_.size() || peek() == '\n' || peek() == '\r')
                return fail("syntax", "the string has no closing quote", begin, at_);
            const char c = peek();
            if (c == quote) break;
            if (c == '\\' && !raw) {
                escape(value);
                continue;
            }
            const CodePoint point = code_point_at(text_, at_);
            if (!point.valid) return fail("syntax", "the string is not UTF-8", at_, at_ + 1);
            value += text_.substr(at_, point.length);
            at_ += point.length;
        }
        ++at_;
        tokens_.push_back({TokenKind::string, begin, at_, std::move(value)});
    }

    void escape(std::string& value) {
        constexpr std::string_view letters = "abfnrtv\\'\"`?";
        constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\'\"`?";
        const std::size_t begin = at_;
        const char letter = peek(1);
        if (const auto found = letters.find(letter); letter != '\0' && found != std::string_view::npos) {
            value += meanings[found];
            at_ += 2;
            return;
        }
        at_ += 1;
        if (letter == 'x' || letter == 'X') return numeric_escape(value, begin, 1, 2, 16);
        if (letter == 'u') return numeric_escape(value, begin, 1, 4, 16);
        if (letter == 'U') return numeric_escape(value, begin, 1, 8, 16);
        if (letter >= '0' && letter <= '3') return numeric_escape(value, begin, 0, 3, 8);
        fail("syntax", "unknown escape in a string", begin, std::min(at_ + 1, text_.size()));
    }

    void numeric_escape(std::string& value, std::size_t begin, std::size_t skip, std::size_t digits,
                        int base) {
        at_ += skip;
        char32_t code = 0;
        for (std::size_t i = 0; i < digits; ++i, ++at_) {
            const int digit = hex_value(peek());
            if (digit < 0 || digit >= base)
                return fail("syntax", "the escape needs " + std::to_string(digits) + " digits", begin, at_);
            code = code * static_cast<char32_t>(base) + static_cast<char32_t>(digit);
        }
        if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
            return fail("syntax", "the escape is no Unicode character", begin, at_);
        value += encode_utf8(code);
    }

    void sign() {
        static constexpr std::array<std::string_view, 6> pairs{"&&", "||", "==", "!=", "<=", ">="};
        const std::string_view rest = text_.substr(at_);
        for (const auto pair : pairs) {
            if (rest.substr(0, 2) == pair) return push_sign(pair);
        }
        if (std::string_view("?:<>+-*/%!.,()[]{}").find(rest[0]) != std::string_view::npos)
            return push_sign(rest.substr(0, 1));
        const CodePoint point = code_point_at(text_, at_);
        fail("syntax", "'" + harmless(rest.substr(0, point.length)) + "' has no meaning here", at_,
             at_ + point.length);
        if (rest[0] == '&' || rest[0] == '|' || rest[0] == '=')
            problem_->help.push_back("write '" + std::string(2, rest[0]) + "'");
    }

    void push_sign(std::string_view sign_text) {
        tokens_.push_back({TokenKind::sign, at_, at_ + sign_text.size(), std::string(sign_text)});
        at_ += sign_text.size();
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
