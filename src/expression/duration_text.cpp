// SPDX-License-Identifier: Apache-2.0
//
// Durations as text: amounts with units, "1h30m", each amount with an optional fraction. Sums are exact; what
// is smaller than a nanosecond is dropped.
#include <array>
#include <limits>

#include "lexer.hpp"
#include "time.hpp"

namespace contract::expression {

namespace {

__extension__ using Wide = unsigned __int128;

struct DurationUnit {
    std::string_view name;
    std::uint64_t nanoseconds;
};
constexpr std::array<DurationUnit, 8> units{{{"ns", 1},
                                             {"us", 1000},
                                             {"µs", 1000},  // U+00B5
                                             {"μs", 1000},  // U+03BC
                                             {"ms", 1'000'000},
                                             {"s", 1'000'000'000},
                                             {"m", 60'000'000'000},
                                             {"h", 3'600'000'000'000}}};

constexpr Wide too_much = Wide{1} << 64U;

// Takes digits from the text. A number that is far beyond any duration stays at too_much.
Wide take_digits(std::string_view& text, std::size_t& count) {
    Wide value = 0;
    for (count = 0; !text.empty() && is_digit(text[0]); text.remove_prefix(1), ++count)
        value = value < too_much ? value * 10 + static_cast<unsigned>(text[0] - '0') : too_much;
    return value;
}

// The digits behind a point, as so many parts of 10^18; more of them cannot matter.
Wide take_fraction(std::string_view& text, std::size_t& count) {
    count = 0;
    Wide value = 0;
    for (Wide place = 100'000'000'000'000'000; !text.empty() && is_digit(text[0]);
         text.remove_prefix(1), place /= 10, ++count)
        value += static_cast<unsigned>(text[0] - '0') * place;
    return value;
}

// The unit is as long as there are neither digits nor points.
const DurationUnit* take_unit(std::string_view& text) {
    const auto end = std::min(text.find_first_of("0123456789."), text.size());
    for (const DurationUnit& unit : units) {
        if (unit.name != text.substr(0, end)) continue;
        text.remove_prefix(end);
        return &unit;
    }
    return nullptr;
}

// One amount with its unit, in nanoseconds.
std::optional<Wide> take_amount(std::string_view& text) {
    std::size_t whole_digits = 0, fraction_digits = 0;
    const Wide whole = take_digits(text, whole_digits);
    Wide fraction = 0;
    if (!text.empty() && text[0] == '.') {
        text.remove_prefix(1);
        fraction = take_fraction(text, fraction_digits);
    }
    if (whole_digits + fraction_digits == 0) return std::nullopt;
    const DurationUnit* unit = take_unit(text);
    if (unit == nullptr || whole >= too_much) return std::nullopt;
    constexpr Wide parts = 1'000'000'000'000'000'000;
    return whole * unit->nanoseconds + fraction * unit->nanoseconds / parts;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text == "0") return Duration{};
    if (text.empty()) return std::nullopt;
    const Wide most = Wide{std::numeric_limits<std::int64_t>::max()} + (negative ? 1 : 0);
    Wide sum = 0;
    while (!text.empty()) {
        const auto amount = take_amount(text);
        if (!amount || *amount > most) return std::nullopt;
        sum += *amount;
        if (sum > most) return std::nullopt;
    }
    const auto magnitude = static_cast<std::uint64_t>(sum);
    return Duration{static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude)};
}

}  // namespace contract::expression
