// SPDX-License-Identifier: Apache-2.0
#include "instant.hpp"

#include <algorithm>
#include <chrono>

namespace contract::report {

namespace {

std::string padded_number(std::int64_t number, std::size_t digits) {
    const std::string text = std::to_string(number);
    return std::string(digits - std::min(digits, text.size()), '0') + text;
}

}  // namespace

std::string instant_text(std::int64_t seconds) {
    namespace chrono = std::chrono;
    const chrono::sys_seconds instant{chrono::seconds(seconds)};
    const auto day = chrono::floor<chrono::days>(instant);
    const chrono::year_month_day date(day);
    const chrono::hh_mm_ss time(instant - day);
    const auto two = [](auto number) { return padded_number(static_cast<std::int64_t>(number), 2); };
    return padded_number(static_cast<int>(date.year()), 4) + "-" + two(static_cast<unsigned>(date.month())) +
           "-" + two(static_cast<unsigned>(date.day())) + "T" + two(time.hours().count()) + ":" +
           two(time.minutes().count()) + ":" + two(time.seconds().count()) + "Z";
}

}  // namespace contract::report
