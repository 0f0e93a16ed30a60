// SPDX-License-Identifier: Apache-2.0
//
// String and bytes literals. In a string every escape is a code point; in bytes \x and octal escapes are
// bytes, and everything else is the UTF-8 of what was written.
#include <algorithm>
#include <optional>

#include "contract/base/text.hpp"
#include "lexer.hpp"

namespace contract::expression {

namespace {

class Decoder {
public:
    Decoder(std::string_view literal, std::size_t begin) : text_(literal), begin_(begin) {}

    std::variant<Literal, Problem> run() {
        strip();
        while (at_ < text_.size() && !problem_) {
            const char c = text_[at_];
            if (c == '\\' && !raw_) {
                escape();
            } else if (c == '\r') {  // every line ends alike, whatever wrote the file
                out_.value += '\n';
                at_ += text_.substr(at_, 2) == "\r\n" ? 2 : 1;
            } else {
                plain();
            }
        }
        if (problem_) return std::move(*problem_);
        return std::move(out_);
    }

private:
    // Leaves the content: what stands between prefix and quotes.
    void strip() {
        while (text_[at_] != '"' && text_[at_] != '\'') {
            const char letter = static_cast<char>(text_[at_] | 0x20);
            raw_ = raw_ || letter == 'r';
            out_.bytes = out_.bytes || letter == 'b';
            ++at_;
        }
        const std::size_t quotes =
            text_.size() - at_ >= 6 && text_[at_ + 1] == text_[at_] && text_[at_ + 2] == text_[at_] ? 3 : 1;
        at_ += quotes;
        text_.remove_suffix(quotes);
    }

    void fail(std::string message, std::size_t begin, std::size_t end) {
        problem_ = Problem{"syntax", std::move(message), begin_ + begin, begin_ + end, {}};
    }

    void plain() {
        const CodePoint point = code_point_at(text_, at_);
        if (!point.valid) return fail("the string is not UTF-8", at_, at_ + 1);
        out_.value += text_.substr(at_, point.length);
        at_ += point.length;
    }

    void escape() {
        constexpr std::string_view letters = "abfnrtv\\'\"`?";
        constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\'\"`?";
        const std::size_t begin = at_;
        const char letter = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
        if (const auto found = letters.find(letter); letter != '\0' && found != std::string_view::npos) {
            out_.value += meanings[found];
            at_ += 2;
            return;
        }
        at_ += 1;
        if (letter == 'x' || letter == 'X') return numeric_escape(begin, 1, 2, 16);
        if (letter >= '0' && letter <= '3') return numeric_escape(begin, 0, 3, 8);
        const bool code_point = letter == 'u' || letter == 'U';
        if (code_point && out_.bytes) return fail("bytes have no such escape", begin, at_ + 1);
        if (code_point) return numeric_escape(begin, 1, letter == 'u' ? 4 : 8, 16);
        fail("unknown escape in a string", begin, std::min(at_ + 1, text_.size()));
        problem_->help.push_back("write '\\\\' for a backslash, or r'…' for a string without escapes");
    }

    void numeric_escape(std::size_t begin, std::size_t skip, std::size_t digits, int base) {
        at_ += skip;
        char32_t code = 0;
        for (std::size_t i = 0; i < digits; ++i, ++at_) {
            const int digit = at_ < text_.size() ? hex_value(text_[at_]) : -1;
            if (digit < 0 || digit >= base)
                return fail("the escape needs " + std::to_string(digits) + " digits", begin, at_);
            code = code * static_cast<char32_t>(base) + static_cast<char32_t>(digit);
        }
        if (out_.bytes) {
            out_.value += static_cast<char>(code);
            return;
        }
        if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
            return fail("the escape is no Unicode character", begin, at_);
        out_.value += encode_utf8(code);
    }

    std::string_view text_;
    std::size_t begin_;
    std::size_t at_ = 0;
    bool raw_ = false;
    Literal out_;
    std::optional<Problem> problem_;
};

}  // namespace

std::variant<Literal, Problem> decode_literal(std::string_view literal, std::size_t begin) {
    return Decoder(literal, begin).run();
}

}  // namespace contract::expression
