// SPDX-License-Identifier: Apache-2.0
#include "format.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "contract/base/text.hpp"
#include "lexer.hpp"
#include "number_text.hpp"
#include "time.hpp"

namespace contract::expression {

namespace {

constexpr std::size_t most_precise = 1000;  // digits behind the point

std::optional<double> number_of(const Value& value) {
    if (const auto number = value.as<std::int64_t>()) return static_cast<double>(*number);
    if (const auto number = value.as<std::uint64_t>()) return static_cast<double>(*number);
    return value.as<double>();
}

// With each run of bytes that are no UTF-8 as one U+FFFD.
std::string repaired(std::string_view bytes) {
    std::string out;
    bool broken = false;
    for (std::size_t at = 0; at < bytes.size();) {
        const CodePoint point = code_point_at(bytes, at);
        if (point.valid) out += bytes.substr(at, point.length);
        if (!point.valid && !broken) out += "\uFFFD";
        broken = !point.valid;
        at += point.length;
    }
    return out;
}

std::string whole_number(const Value& value, int base) {
    std::array<char, 72> buffer{};
    std::to_chars_result end{};
    if (const auto number = value.as<std::int64_t>())
        end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), *number, base);
    else
        end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), *value.as<std::uint64_t>(), base);
    return {buffer.data(), end.ptr};
}

std::string hexadecimal(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

std::string with_precision(double number, std::chars_format form, std::size_t precision) {
    if (const auto word = special_word(number); !word.empty()) return std::string(word);
    std::string buffer(precision + 400, '\0');
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, form,
                                   static_cast<int>(precision));
    buffer.resize(static_cast<std::size_t>(end.ptr - buffer.data()));
    return buffer;
}

class Formatter {
public:
    explicit Formatter(Call& call) : call_(call), text_(call.text(0)), arguments_(call.list(1)) {}

    bool run(Value& result) {
        while (at_ < text_.size()) {
            const auto percent = std::min(text_.find('%', at_), text_.size());
            if (!put(text_.substr(at_, percent - at_))) return false;
            at_ = percent;
            if (at_ < text_.size() && !clause()) return false;
        }
        result = Value(std::move(out_));
        return true;
    }

private:
    bool put(std::string_view text) {
        if (!call_.make_room(text.size())) return false;
        if (out_.size() + text.size() > longest_string) return call_.make_room(longest_string + 1);
        out_ += text;
        return true;
    }

    // At '%'.
    bool clause() {
        const std::size_t begin = at_++;
        if (text_.substr(at_, 1) == "%") {
            ++at_;
            return put("%");
        }
        std::size_t precision = 6;
        if (text_.substr(at_, 1) == "." && !read_precision(precision)) return false;
        if (at_ >= text_.size()) return call_.fail_at(0, "the format ends within a clause");
        const char letter = text_[at_++];
        if (std::string_view("sdfebxXo").find(letter) == std::string_view::npos) {
            const std::size_t length = code_point_at(text_, at_ - 1).length;
            return call_.fail_at(
                0, "there is no clause '" + harmless(text_.substr(begin, at_ - 1 - begin + length)) + "'");
        }
        if (next_ >= arguments_.size())
            return call_.fail("the format has more clauses than the list has items, which are " +
                              std::to_string(arguments_.size()));
        return argument(letter, precision, arguments_[next_++]);
    }

    bool read_precision(std::size_t& precision) {
        const std::size_t begin = ++at_;
        while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
        const std::string_view digits = text_.substr(begin, at_ - begin);
        const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), precision);
        if (parsed.ec == std::errc{} && precision <= most_precise) return true;
        return call_.fail_at(0,
                             "the precision of a clause is a number up to " + std::to_string(most_precise));
    }

    bool argument(char letter, std::size_t precision, const Value& value) {
        const Kind kind = value.kind();
        const bool is_whole = kind == Kind::integer || kind == Kind::unsigned_integer;
        const bool is_real = kind == Kind::real;
        switch (letter) {
            case 's': return plain(value);
            case 'd':
                if (is_whole) return put(whole_number(value, 10));
                return is_real ? put(plain_text(*value.as<double>()))
                               : mismatch(letter, "int, uint or double", kind);
            case 'f':
            case 'e': {
                const auto number = number_of(value);
                if (!number) return mismatch(letter, "int, uint or double", kind);
                const auto form = letter == 'f' ? std::chars_format::fixed : std::chars_format::scientific;
                return put(with_precision(*number, form, precision));
            }
            case 'b':
                if (const auto truth = value.as<bool>()) return put(*truth ? "1" : "0");
                return is_whole ? put(whole_number(value, 2)) : mismatch(letter, "int, uint or bool", kind);
            case 'o': return is_whole ? put(whole_number(value, 8)) : mismatch(letter, "int or uint", kind);
            default: return hex(letter, value);
        }
    }

    bool hex(char letter, const Value& value) {
        std::string digits;
        if (const auto* text = value.as<std::string>()) {
            if (!call_.make_room(2 * text->size())) return false;
            digits = hexadecimal(*text);
        } else if (const auto* bytes = value.as<Bytes>()) {
            if (!call_.make_room(2 * bytes->data.size())) return false;
            digits = hexadecimal(bytes->data);
        } else if (value.kind() == Kind::integer || value.kind() == Kind::unsigned_integer) {
            digits = whole_number(value, 16);
        } else {
            return mismatch(letter, "int, uint, string or bytes", value.kind());
        }
        if (letter == 'X')
            for (char& c : digits) c = static_cast<char>(c >= 'a' ? c ^ 0x20 : c);
        return put(digits);
    }

    bool mismatch(char letter, const std::string& wanted, Kind kind) {
        return call_.fail_at(
            1, "'%" + std::string(1, letter) + "' needs " + wanted + ", not " + std::string(word(kind)),
            "type");
    }

    bool plain(const Value& value) {
        if (const auto* list = value.as<List>()) {
            if (!put("[")) return false;
            for (std::size_t i = 0; i < list->size(); ++i)
                if ((i > 0 && !put(", ")) || !plain((*list)[i])) return false;
            return put("]");
        }
        if (const auto* map = value.as<Map>()) return plain(*map);
        if (const auto* object = value.as<Object>()) {
            auto whole = object->whole();
            if (auto* problem = std::get_if<Problem>(&whole))
                return call_.fail(std::move(problem->message), std::move(problem->code));
            return plain(std::get<Value>(whole));
        }
        if (const auto* bytes = value.as<Bytes>()) return put(repaired(bytes->data));
        if (const auto number = value.as<double>()) return put(plain_text(*number));
        return put(to_text(value));
    }

    // Sorted by what the keys look like.
    bool plain(const Map& map) {
        std::vector<std::pair<std::string, const Value*>> entries;
        for (const auto& [key, value] : map) entries.emplace_back(to_text(key), &value);
        std::stable_sort(entries.begin(), entries.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        if (!put("{")) return false;
        for (std::size_t i = 0; i < entries.size(); ++i)
            if ((i > 0 && !put(", ")) || !put(entries[i].first) || !put(": ") || !plain(*entries[i].second))
                return false;
        return put("}");
    }

    Call& call_;
    std::string_view text_;
    const List& arguments_;
    std::size_t at_ = 0;
    std::size_t next_ = 0;
    std::string out_;
};

}  // namespace

bool format(Call& call, Value& result) {
    return Formatter(call).run(result);
}

}  // namespace contract::expression
