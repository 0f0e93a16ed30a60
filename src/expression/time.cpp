// SPDX-License-Identifier: Apache-2.0
//
// The calendar is the proleptic Gregorian one. Days are counted in eras of 400 years that begin on 1 March,
// so that a leap day is the last day of its year and needs no special case.
#include "time.hpp"

#include <array>
#include <cstdio>

#include "lexer.hpp"

namespace contract::expression {

namespace {

constexpr std::int64_t seconds_of_day = 86400;
constexpr std::int64_t nanoseconds_of_second = 1'000'000'000;
constexpr std::int64_t earliest_second = -62135596800;  // 0001-01-01T00:00:00Z
constexpr std::int64_t latest_second = 253402300799;    // 9999-12-31T23:59:59Z

constexpr std::int64_t floor_division(std::int64_t a, std::int64_t b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

constexpr std::int64_t days_of_era = 146097;        // 400 years
constexpr std::int64_t days_before_epoch = 719468;  // 0000-03-01 to 1970-01-01

// Days since 1970-01-01.
std::int64_t day_number(std::int64_t year, int month, int day) {
    const std::int64_t shifted_year = month > 2 ? year : year - 1;
    const std::int64_t era = floor_division(shifted_year, 400);
    const std::int64_t year_of_era = shifted_year - era * 400;
    const int shifted_month = (month + 9) % 12;  // 0: March
    const std::int64_t day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * days_of_era + day_of_era - days_before_epoch;
}

bool is_leap(std::int64_t year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int days_of_month(std::int64_t year, int month) {
    constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[static_cast<std::size_t>(month - 1)];
}

// Reads pieces of a text in order; after the first that is not there ok() is false.
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    bool ok() const { return ok_; }
    bool at_end() const { return rest_.empty(); }
    int number(std::size_t digits) {
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            if (i >= rest_.size() || !is_digit(rest_[i])) return fail();
            value = value * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(digits);
        return value;
    }
    char sign(std::string_view allowed) {
        if (rest_.empty() || allowed.find(rest_[0]) == std::string_view::npos) {
            fail();
            return '\0';
        }
        const char c = rest_[0];
        rest_.remove_prefix(1);
        return c;
    }
    // ".25" → 250,000,000; digits behind the ninth are dropped.
    std::int32_t fraction() {
        if (rest_.empty() || rest_[0] != '.') return 0;
        rest_.remove_prefix(1);
        std::int32_t value = 0, place = 100'000'000;
        if (rest_.empty() || !is_digit(rest_[0])) return fail();
        for (; !rest_.empty() && is_digit(rest_[0]); rest_.remove_prefix(1), place /= 10)
            value += (rest_[0] - '0') * place;
        return value;
    }

private:
    int fail() {
        ok_ = false;
        return 0;
    }
    std::string_view rest_;
    bool ok_ = true;
};

// "Z" or "+02:00" → seconds.
std::int64_t zone(Scanner& scanner) {
    const char sign = scanner.sign("Z+-");
    if (sign == 'Z' || !scanner.ok()) return 0;
    const int hours = scanner.number(2);
    scanner.sign(":");
    const int minutes = scanner.number(2);
    if (hours > 23 || minutes > 59) scanner.sign("");  // no such offset
    const std::int64_t seconds = hours * 3600 + minutes * 60;
    return sign == '-' ? -seconds : seconds;
}

std::string fraction_text(std::int64_t nanoseconds) {
    if (nanoseconds == 0) return "";
    std::string digits = std::to_string(nanoseconds + nanoseconds_of_second).substr(1);
    while (digits.back() == '0') digits.pop_back();
    return "." + digits;
}

std::optional<Timestamp> checked(const Timestamp& timestamp) {
    return in_range(timestamp) ? std::optional(timestamp) : std::nullopt;
}

}  // namespace

bool in_range(const Timestamp& timestamp) {
    return timestamp.seconds >= earliest_second && timestamp.seconds <= latest_second;
}

std::optional<Timestamp> parse_timestamp(std::string_view text) {
    Scanner scanner(text);
    const int year = scanner.number(4);
    scanner.sign("-");
    const int month = scanner.number(2);
    scanner.sign("-");
    const int day = scanner.number(2);
    scanner.sign("T");
    const int hour = scanner.number(2);
    scanner.sign(":");
    const int minute = scanner.number(2);
    scanner.sign(":");
    const int second = scanner.number(2);
    const std::int32_t nanoseconds = scanner.fraction();
    const std::int64_t offset = zone(scanner);
    if (!scanner.ok() || !scanner.at_end()) return std::nullopt;
    if (month < 1 || month > 12 || day < 1 || day > days_of_month(year, month)) return std::nullopt;
    if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
    const std::int64_t seconds =
        day_number(year, month, day) * seconds_of_day + hour * 3600 + minute * 60 + second - offset;
    return checked({seconds, nanoseconds});
}

std::string text_of(const Timestamp& timestamp) {
    const Calendar c = calendar_of(timestamp, 0);
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%04d-%02d-%02dT%02d:%02d:%02d", static_cast<int>(c.year),
                  c.month, c.day, c.hour, c.minute, c.second);
    return buffer.data() + fraction_text(timestamp.nanoseconds) + "Z";
}

std::string text_of(const Duration& duration) {
    // The least duration has no positive counterpart, so the sign goes first.
    const bool negative = duration.nanoseconds < 0;
    const std::uint64_t all = negative ? 0 - static_cast<std::uint64_t>(duration.nanoseconds)
                                       : static_cast<std::uint64_t>(duration.nanoseconds);
    return (negative ? "-" : "") + std::to_string(all / nanoseconds_of_second) +
           fraction_text(static_cast<std::int64_t>(all % nanoseconds_of_second)) + "s";
}

std::optional<Timestamp> add(const Timestamp& timestamp, const Duration& duration) {
    const std::int64_t whole = floor_division(duration.nanoseconds, nanoseconds_of_second);
    const std::int64_t rest = duration.nanoseconds - whole * nanoseconds_of_second + timestamp.nanoseconds;
    return checked({timestamp.seconds + whole + rest / nanoseconds_of_second,
                    static_cast<std::int32_t>(rest % nanoseconds_of_second)});
}

std::optional<Timestamp> subtract(const Timestamp& timestamp, const Duration& duration) {
    const std::int64_t whole = floor_division(duration.nanoseconds, nanoseconds_of_second);
    const std::int64_t rest = timestamp.nanoseconds - (duration.nanoseconds - whole * nanoseconds_of_second);
    const std::int64_t borrowed = rest < 0 ? 1 : 0;
    return checked({timestamp.seconds - whole - borrowed,
                    static_cast<std::int32_t>(rest + borrowed * nanoseconds_of_second)});
}

std::optional<Duration> difference(const Timestamp& later, const Timestamp& earlier) {
    std::int64_t seconds = later.seconds - earlier.seconds;
    std::int64_t rest = std::int64_t{later.nanoseconds} - earlier.nanoseconds;
    // With signs that differ the whole seconds alone may be too many for a sum that fits.
    if (seconds > 0 && rest < 0) {
        --seconds;
        rest += nanoseconds_of_second;
    } else if (seconds < 0 && rest > 0) {
        ++seconds;
        rest -= nanoseconds_of_second;
    }
    std::int64_t nanoseconds = 0;
    if (__builtin_mul_overflow(seconds, nanoseconds_of_second, &nanoseconds) ||
        __builtin_add_overflow(nanoseconds, rest, &nanoseconds))
        return std::nullopt;
    return Duration{nanoseconds};
}

std::optional<std::int64_t> parse_offset(std::string_view text) {
    if (text == "UTC") return 0;
    const bool is_signed = text.starts_with('+') || text.starts_with('-');
    const std::string whole = (is_signed ? "" : "+") + std::string(text);
    Scanner scanner(whole);
    const std::int64_t seconds = zone(scanner);
    if (!scanner.ok() || !scanner.at_end() || whole[1] == 'Z') return std::nullopt;
    return seconds;
}

Calendar calendar_of(const Timestamp& timestamp, std::int64_t offset) {
    const std::int64_t local = timestamp.seconds + offset;
    const std::int64_t days = floor_division(local, seconds_of_day);
    const std::int64_t second_of_day = local - days * seconds_of_day;
    const std::int64_t shifted = days + days_before_epoch;
    const std::int64_t era = floor_division(shifted, days_of_era);
    const std::int64_t day_of_era = shifted - era * days_of_era;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const std::int64_t day_from_march =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const auto shifted_month = static_cast<int>((5 * day_from_march + 2) / 153);  // 0: March
    Calendar out;
    out.month = (shifted_month + 2) % 12 + 1;
    out.year = year_of_era + era * 400 + (out.month <= 2 ? 1 : 0);
    out.day = static_cast<int>(day_from_march) - (153 * shifted_month + 2) / 5 + 1;
    out.day_of_year = static_cast<int>(days - day_number(out.year, 1, 1));
    out.weekday = static_cast<int>(((days % 7) + 11) % 7);  // 1970-01-01 was a Thursday
    out.hour = static_cast<int>(second_of_day / 3600);
    out.minute = static_cast<int>(second_of_day / 60 % 60);
    out.second = static_cast<int>(second_of_day % 60);
    return out;
}

}  // namespace contract::expression
