// SPDX-License-Identifier: Apache-2.0
#include "string_literal.hpp"

#include <algorithm>

#include "contract/base/text.hpp"
#include "contract/manifest/manifest_file.hpp"

namespace contract::manifest {

namespace {

// What toml++ trims behind a line-ending backslash: more than TOML's space and tab.
bool is_wide_blank(char32_t value) {
    return value == ' ' || value == '\t' || value == 0xA0 || value == 0x1680 || value == 0x180E ||
           (value >= 0x2000 && value <= 0x200B) || value == 0x202F || (value >= 0x205F && value <= 0x2060) ||
           value == 0x3000 || value == 0xFEFF;
}

class Decoder {
public:
    explicit Decoder(std::string_view literal) : literal_(literal) {}

    DecodedString run() {
        if (literal_.empty() || (literal_[0] != '"' && literal_[0] != '\'')) return {};
        out_.is_string = true;
        const char quote = literal_[0];
        multi_line_ = literal_.size() >= 6 && literal_[1] == quote && literal_[2] == quote;
        const std::size_t quotes = multi_line_ ? 3 : 1;
        out_.close = std::max(quotes, literal_.size() - std::min(quotes, literal_.size()));
        out_.close = std::min(out_.close, literal_.size());
        at_ = quotes;
        if (multi_line_) at_ += line_end(at_);
        while (at_ < out_.close) step(quote);
        return std::move(out_);
    }

private:
    // The length of the line end at `offset`, 0 when there is none.
    std::size_t line_end(std::size_t offset) const {
        if (literal_.substr(offset).starts_with("\r\n")) return 2;
        return literal_.substr(offset).starts_with("\n") ? 1 : 0;
    }
    void emit(std::string_view decoded, std::size_t length) {
        length = std::min(length, out_.close - at_);
        out_.pieces.push_back({out_.value.size(), at_, at_ + length});
        out_.value += decoded;
        at_ += length;
    }
    void step(char quote) {
        if (quote == '"' && literal_[at_] == '\\') return escape();
        if (const auto length = line_end(at_); length > 0) {
            // Both line ends of TOML are read as one line feed.
            if (skipping_)
                at_ += length;
            else
                emit("\n", length);
            return;
        }
        const auto point = code_point_at(literal_, at_);
        if (skipping_ && is_wide_blank(point.value)) {
            at_ += point.length;
            return;
        }
        skipping_ = false;
        emit(literal_.substr(at_, point.length), point.length);
    }
    void escape() {
        skipping_ = false;
        const char kind = at_ + 1 < out_.close ? literal_[at_ + 1] : '\0';
        switch (kind) {
            case 'b': return emit("\b", 2);
            case 'f': return emit("\f", 2);
            case 'n': return emit("\n", 2);
            case 'r': return emit("\r", 2);
            case 't': return emit("\t", 2);
            case '"': return emit("\"", 2);
            case '\\': return emit("\\", 2);
            case 'u': return unicode(4);
            case 'U': return unicode(8);
            default: break;
        }
        // A backslash at the end of a line: it and all white space up to the next character say nothing.
        skipping_ = multi_line_;
        ++at_;
    }
    void unicode(std::size_t digits) {
        char32_t value = 0;
        for (const char c : literal_.substr(at_ + 2, digits)) {
            const char lower = static_cast<char>(c | 0x20);
            const int digit =
                c >= '0' && c <= '9' ? c - '0' : (lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 0);
            value = (value << 4) | static_cast<char32_t>(digit);
        }
        emit(encode_utf8(value), digits + 2);
    }

    std::string_view literal_;
    DecodedString out_;
    std::size_t at_ = 0;
    bool multi_line_ = false;
    bool skipping_ = false;
};

}  // namespace

DecodedString decode_string(std::string_view literal) {
    return Decoder(literal).run();
}

Span span_in_string(std::string_view text, const Span& literal, std::size_t begin, std::size_t end) {
    const std::size_t first = std::min(literal.begin_byte, text.size());
    const auto source = text.substr(first, std::max(literal.end_byte, first) - first);
    const auto decoded = decode_string(source);
    if (!decoded.is_string) return literal;
    end = std::max(begin, end);
    // The last piece that starts at or before a decoded byte is the one that holds it.
    const auto piece_of = [&](std::size_t byte) {
        return std::prev(
            std::upper_bound(decoded.pieces.begin(), decoded.pieces.end(), byte,
                             [](std::size_t wanted, const Piece& piece) { return wanted < piece.decoded; }));
    };
    const std::size_t size = decoded.value.size();
    const std::size_t from = begin < size ? piece_of(begin)->begin : decoded.close;
    const std::size_t to = end > begin && begin < size ? piece_of(std::min(end, size) - 1)->end : from;
    Span span = span_of(literal.file, source, from, to);
    if (span.line == 1) span.column += literal.column - 1;
    if (span.end_line == 1) span.end_column += literal.column - 1;
    span.line += literal.line - 1;
    span.end_line += literal.line - 1;
    span.begin_byte += first;
    span.end_byte += first;
    return span;
}

}  // namespace contract::manifest
