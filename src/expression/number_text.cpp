// SPDX-License-Identifier: Apache-2.0
#include "number_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>

#include "lexer.hpp"

namespace contract::expression {

namespace {

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
    if (text.size() != lower.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if ((text[i] | 0x20) != lower[i]) return false;
    return true;
}

// Whether it is digits with a fraction and an exponent, each part optional but the digits.
bool is_decimal(std::string_view text) {
    std::size_t at = 0, digits = 0;
    for (; at < text.size() && is_digit(text[at]); ++at) ++digits;
    if (at < text.size() && text[at] == '.')
        for (++at; at < text.size() && is_digit(text[at]); ++at) ++digits;
    if (digits == 0) return false;
    if (at == text.size()) return true;
    if (text[at] != 'e' && text[at] != 'E') return false;
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t first = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at == text.size() && at > first;
}

// Whether a decimal that does not fit is too small rather than too large.
bool is_tiny(std::string_view text) {
    const auto exponent_at = text.find_first_of("eE");
    const std::string_view mantissa = text.substr(0, exponent_at);
    const auto point = std::min(mantissa.find('.'), mantissa.size());
    const auto first = mantissa.find_first_not_of("0.");
    if (first == std::string_view::npos) return true;
    const auto place = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);
    if (exponent_at == std::string_view::npos) return place < 0;
    const bool negative = text[exponent_at + 1] == '-';
    const auto digits_at = exponent_at + (is_digit(text[exponent_at + 1]) ? 1 : 2);
    std::int64_t exponent = 0;
    const auto parsed = std::from_chars(text.data() + digits_at, text.data() + text.size(), exponent);
    if (parsed.ec != std::errc{}) return negative;
    return place + (negative ? -exponent : exponent) < 0;
}

struct Digits {
    bool negative = false;
    std::string digits;  // without a point, without zeros at the end
    int exponent = 0;    // of the first digit
};

Digits digits_of(double number) {
    std::array<char, 64> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(number),
                                   std::chars_format::scientific);
    const std::string_view text(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
    Digits out;
    out.negative = std::signbit(number);
    const auto e = text.find('e');
    for (const char c : text.substr(0, e))
        if (c != '.') out.digits += c;
    const auto sign = text[e + 1] == '+' ? 2 : 1;
    std::from_chars(text.data() + e + static_cast<std::size_t>(sign), text.data() + text.size(),
                    out.exponent);
    while (out.digits.size() > 1 && out.digits.back() == '0') out.digits.pop_back();
    return out;
}

std::string with_exponent(const Digits& number) {
    std::string out = (number.negative ? "-" : "") + number.digits.substr(0, 1);
    if (number.digits.size() > 1) out += "." + number.digits.substr(1);
    const int magnitude = std::abs(number.exponent);
    out += number.exponent < 0 ? "e-" : "e+";
    return out + (magnitude < 10 ? "0" : "") + std::to_string(magnitude);
}

std::string without_exponent(const Digits& number) {
    const auto size = static_cast<int>(number.digits.size());
    std::string out = number.negative ? "-" : "";
    if (number.exponent < 0)
        return out + "0." + std::string(static_cast<std::size_t>(-number.exponent - 1), '0') + number.digits;
    if (size <= number.exponent + 1)
        return out + number.digits + std::string(static_cast<std::size_t>(number.exponent + 1 - size), '0');
    const auto whole = static_cast<std::size_t>(number.exponent + 1);
    return out + number.digits.substr(0, whole) + "." + number.digits.substr(whole);
}

}  // namespace

std::optional<double> parse_double(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    double number = 0;
    if (equals_ignoring_case(text, "inf") || equals_ignoring_case(text, "infinity")) {
        number = std::numeric_limits<double>::infinity();
    } else if (equals_ignoring_case(text, "nan")) {
        return std::numeric_limits<double>::quiet_NaN();
    } else {
        if (!is_decimal(text)) return std::nullopt;
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
        if (parsed.ec == std::errc::result_out_of_range) {
            if (!is_tiny(text)) return std::nullopt;
            number = 0;
        }
    }
    return negative ? -number : number;
}

std::string_view special_word(double number) {
    if (std::isnan(number)) return "NaN";
    if (!std::isinf(number)) return "";
    return number > 0 ? "Infinity" : "-Infinity";
}

std::string conversion_text(double number) {
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number > 0 ? "+Inf" : "-Inf";
    const Digits digits = digits_of(number);
    const bool plain = digits.exponent >= -4 && digits.exponent < 6;
    return plain ? without_exponent(digits) : with_exponent(digits);
}

std::string plain_text(double number) {
    if (const auto word = special_word(number); !word.empty()) return std::string(word);
    return without_exponent(digits_of(number));
}

std::string json_text(double number) {
    const Digits digits = digits_of(number);
    if (digits.exponent < -4 || digits.exponent >= 16) return with_exponent(digits);
    std::string out = without_exponent(digits);
    if (out.find('.') == std::string::npos) out += ".0";
    return out;
}

}  // namespace contract::expression
