// SPDX-License-Identifier: Apache-2.0
//
// Timestamps and durations: text, calendar and ranges. No clock and no list of time zones is read: an offset
// from UTC is given as such.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "contract/expression/value.hpp"

namespace contract::expression {

// 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z.
bool in_range(const Timestamp& timestamp);

// RFC 3339: "2026-01-02T03:04:05.678+02:00". None: it is none, or out of range.
std::optional<Timestamp> parse_timestamp(std::string_view text);
std::string text_of(const Timestamp& timestamp);  // in UTC, with the shortest fraction

// As Go writes durations: "1h30m", "-1.5s", "250ms", "0". None: it is none, or beyond ±2^63 ns.
std::optional<Duration> parse_duration(std::string_view text);
std::string text_of(const Duration& duration);  // seconds, with the shortest fraction: "5400s"

std::optional<Timestamp> add(const Timestamp& timestamp, const Duration& duration);
std::optional<Timestamp> subtract(const Timestamp& timestamp, const Duration& duration);
std::optional<Duration> difference(const Timestamp& later, const Timestamp& earlier);

// "UTC", "+02:00", "-09:30", "02:00" → seconds east of UTC; none for anything else, such as a zone's name.
std::optional<std::int64_t> parse_offset(std::string_view text);

struct Calendar {
    std::int64_t year = 0;
    int month = 0;        // 1 to 12
    int day = 0;          // 1 to 31
    int day_of_year = 0;  // 0 to 365
    int weekday = 0;      // 0: Sunday
    int hour = 0, minute = 0, second = 0;
};
// What a calendar and a clock show `offset` seconds east of UTC.
Calendar calendar_of(const Timestamp& timestamp, std::int64_t offset);

}  // namespace contract::expression
