// SPDX-License-Identifier: Apache-2.0
//
// getFullYear() and the other parts of timestamps and durations.
#include "contract/base/text.hpp"
#include "signatures.hpp"
#include "time.hpp"

namespace contract::expression {

namespace {

// The offset that the second argument names; without one UTC. None: the call has failed.
std::optional<std::int64_t> offset_of(Call& call) {
    if (call.size() < 2) return 0;
    if (const auto offset = parse_offset(call.text(1))) return offset;
    call.fail_at(1,
                 "the time zone " + shown(quoted(call.text(1))) + " is not known: zones by name are left out",
                 "unsupported");
    call.budget().problem->help.push_back("write \"UTC\" or an offset from it, such as \"+02:00\"");
    return std::nullopt;
}

// A part of the calendar, by a function of it.
template <auto Part>
bool calendar_part(Call& call, Value& result) {
    const auto offset = offset_of(call);
    if (!offset) return false;
    result = Value(static_cast<std::int64_t>(Part(calendar_of(*call.value(0).as<Timestamp>(), *offset))));
    return true;
}

// Of a duration all of its hours, minutes or seconds; of a timestamp what the clock shows.
template <auto Part, std::int64_t nanoseconds>
bool clock_part(Call& call, Value& result) {
    const auto duration = call.value(0).as<Duration>();
    if (!duration) return calendar_part<Part>(call, result);
    result = Value(duration->nanoseconds / nanoseconds);
    return true;
}

bool milliseconds(Call& call, Value& result) {
    constexpr std::int64_t nanoseconds_of_second = 1'000'000'000, nanoseconds_of_millisecond = 1'000'000;
    if (!offset_of(call)) return false;
    const auto duration = call.value(0).as<Duration>();
    const std::int64_t nanoseconds =
        duration ? duration->nanoseconds % nanoseconds_of_second : call.value(0).as<Timestamp>()->nanoseconds;
    result = Value(nanoseconds / nanoseconds_of_millisecond);
    return true;
}

std::int64_t year(const Calendar& c) {
    return c.year;
}
std::int64_t month_from_zero(const Calendar& c) {
    return c.month - 1;
}
std::int64_t day(const Calendar& c) {
    return c.day;
}
std::int64_t day_from_zero(const Calendar& c) {
    return c.day - 1;
}
std::int64_t day_of_year(const Calendar& c) {
    return c.day_of_year;
}
std::int64_t weekday(const Calendar& c) {
    return c.weekday;
}
std::int64_t hour(const Calendar& c) {
    return c.hour;
}
std::int64_t minute(const Calendar& c) {
    return c.minute;
}
std::int64_t second(const Calendar& c) {
    return c.second;
}

constexpr Kinds moment = only(Kind::timestamp);
constexpr Kinds moment_or_span = any_of(Kind::timestamp, Kind::duration);
constexpr Kinds zone_name = only(Kind::string);

constexpr std::int64_t nanoseconds_of_second = 1'000'000'000;

// A row for UTC and one for another zone.
constexpr Signature utc(std::string_view name, Kinds kinds, Implementation implementation) {
    return {name, Style::method, 1, {kinds}, Kind::integer, implementation};
}
constexpr Signature zoned(std::string_view name, Implementation implementation) {
    return {name, Style::method, 2, {moment, zone_name}, Kind::integer, implementation};
}

constexpr auto hours_of = clock_part<hour, 3600 * nanoseconds_of_second>;
constexpr auto minutes_of = clock_part<minute, 60 * nanoseconds_of_second>;
constexpr auto seconds_of = clock_part<second, nanoseconds_of_second>;

constexpr std::array rows = std::to_array<Signature>({
    utc("getFullYear", moment, calendar_part<year>),
    zoned("getFullYear", calendar_part<year>),
    utc("getMonth", moment, calendar_part<month_from_zero>),
    zoned("getMonth", calendar_part<month_from_zero>),
    utc("getDate", moment, calendar_part<day>),
    zoned("getDate", calendar_part<day>),
    utc("getDayOfMonth", moment, calendar_part<day_from_zero>),
    zoned("getDayOfMonth", calendar_part<day_from_zero>),
    utc("getDayOfWeek", moment, calendar_part<weekday>),
    zoned("getDayOfWeek", calendar_part<weekday>),
    utc("getDayOfYear", moment, calendar_part<day_of_year>),
    zoned("getDayOfYear", calendar_part<day_of_year>),
    utc("getHours", moment_or_span, hours_of),
    zoned("getHours", hours_of),
    utc("getMinutes", moment_or_span, minutes_of),
    zoned("getMinutes", minutes_of),
    utc("getSeconds", moment_or_span, seconds_of),
    zoned("getSeconds", seconds_of),
    utc("getMilliseconds", moment_or_span, milliseconds),
    zoned("getMilliseconds", milliseconds),
});

}  // namespace

std::span<const Signature> time_signatures() {
    return rows;
}

}  // namespace contract::expression
