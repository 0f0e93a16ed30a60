// SPDX-License-Identifier: Apache-2.0
#include "timestamp.hpp"

#include <array>
#include <cstdio>
#include <ctime>

#include "control.hpp"

namespace contract::inputs::deb {

namespace {

std::optional<int> number(std::string_view digits, int least, int most) {
    if (digits.empty() || digits.size() > 4) return std::nullopt;
    int value = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value < least || value > most ? std::nullopt : std::optional(value);
}

std::optional<std::int64_t> seconds_of(std::optional<int> year, std::optional<int> month,
                                       std::optional<int> day, std::optional<int> hour,
                                       std::optional<int> minute, std::optional<int> second) {
    if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
    std::tm parts{};
    parts.tm_year = *year - 1900;
    parts.tm_mon = *month - 1;
    parts.tm_mday = *day;
    parts.tm_hour = *hour;
    parts.tm_min = *minute;
    parts.tm_sec = *second;
    const std::time_t seconds = ::timegm(&parts);
    if (parts.tm_mday != *day) return std::nullopt;  // the 31st of June
    return static_cast<std::int64_t>(seconds);
}

std::optional<int> month_of(std::string_view name) {
    static constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    for (std::size_t i = 0; i < months.size(); ++i)
        if (months[i] == name) return static_cast<int>(i) + 1;
    return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> parse_timestamp(std::string_view text) {
    if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
    return seconds_of(number(text.substr(0, 4), 1970, 9999), number(text.substr(4, 2), 1, 12),
                      number(text.substr(6, 2), 1, 31), number(text.substr(9, 2), 0, 23),
                      number(text.substr(11, 2), 0, 59), number(text.substr(13, 2), 0, 60));
}

std::string timestamp(std::int64_t seconds) {
    const std::time_t time = seconds;
    std::tm parts{};
    std::array<char, 32> text{};
    if (::gmtime_r(&time, &parts) == nullptr) return {};
    const auto length = std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts);
    return std::string(text.data(), length);
}

std::optional<std::int64_t> parse_release_date(std::string_view text) {
    auto parts = words(text);
    if (!parts.empty() && parts[0].ends_with(',')) parts.erase(parts.begin());
    if (parts.size() != 5) return std::nullopt;
    if (parts[4] != "UTC" && parts[4] != "GMT" && parts[4] != "Z" && parts[4] != "+0000") return std::nullopt;
    const auto clock = parts[3];
    if (clock.size() != 8 || clock[2] != ':' || clock[5] != ':') return std::nullopt;
    return seconds_of(number(parts[2], 1970, 9999), month_of(parts[1]), number(parts[0], 1, 31),
                      number(clock.substr(0, 2), 0, 23), number(clock.substr(3, 2), 0, 59),
                      number(clock.substr(6, 2), 0, 60));
}

std::int64_t now() {
    return static_cast<std::int64_t>(std::time(nullptr));
}

}  // namespace contract::inputs::deb
