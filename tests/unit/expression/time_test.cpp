// SPDX-License-Identifier: Apache-2.0
#include "running.hpp"

using namespace contract::expression;

TEST_CASE("timestamps are read as RFC 3339 writes them") {
    hold({{"string(timestamp('2026-01-02T03:04:05Z'))", R"("2026-01-02T03:04:05Z")"},
          {"string(timestamp('2026-01-02T03:04:05.120Z'))", R"("2026-01-02T03:04:05.12Z")"},
          {"string(timestamp('2026-01-02T03:04:05.1234567899Z'))", R"("2026-01-02T03:04:05.123456789Z")"},
          {"string(timestamp('2026-01-01T00:30:00+01:00'))", R"("2025-12-31T23:30:00Z")"},
          {"string(timestamp('2026-12-31T23:30:00-01:30'))", R"("2027-01-01T01:00:00Z")"},
          {"string(timestamp('2024-02-29T00:00:00Z'))", R"("2024-02-29T00:00:00Z")"},
          {"string(timestamp('0001-01-01T00:00:00Z'))", R"("0001-01-01T00:00:00Z")"},
          {"string(timestamp(-1))", R"("1969-12-31T23:59:59Z")"},
          {"int(timestamp(253402300799))", "253402300799"}});
    fail("value", {"timestamp('')",
                   "timestamp('2026-01-02')",
                   "timestamp('2026-01-02 03:04:05Z')",
                   "timestamp('2026-01-02t03:04:05z')",
                   "timestamp('2026-01-02T03:04:05')",
                   "timestamp('2026-13-01T00:00:00Z')",
                   "timestamp('2026-02-29T00:00:00Z')",
                   "timestamp('2100-02-29T00:00:00Z')",
                   "timestamp('2026-01-00T00:00:00Z')",
                   "timestamp('2026-01-02T24:00:00Z')",
                   "timestamp('2026-01-02T23:60:00Z')",
                   "timestamp('2026-01-02T23:59:60Z')",
                   "timestamp('2026-01-02T03:04:05.Z')",
                   "timestamp('2026-01-02T03:04:05+24:00')",
                   "timestamp('2026-01-02T03:04:05Z ')",
                   "timestamp('0000-12-31T23:59:59Z')",
                   "timestamp('0001-01-01T00:00:00+00:01')",
                   "timestamp('9999-12-31T23:59:59-00:01')",
                   "timestamp(253402300800)",
                   "timestamp(-62135596801)"});
    fail("type", {"timestamp(1.0)", "timestamp(1u)", "timestamp(null)"});
}

TEST_CASE("durations are amounts with units") {
    hold({{"string(duration('1h2m3s'))", R"("3723s")"},
          {"string(duration('1.5h'))", R"("5400s")"},
          {"string(duration('-1.5s'))", R"("-1.5s")"},
          {"string(duration('+250ms'))", R"("0.25s")"},
          {"string(duration('1us1ns'))", R"("0.000001001s")"},
          {"string(duration('3µs')) == string(duration('3μs'))", "true"},
          {"string(duration('.5m'))", R"("30s")"},
          {"string(duration('0'))", R"("0s")"},
          {"string(duration('0.0000000009s'))", R"("0s")"},
          {"string(duration('9223372036.854775807s'))", R"("9223372036.854775807s")"},
          {"string(duration('-9223372036.854775808s'))", R"("-9223372036.854775808s")"},
          {"duration(duration('1s'))", "duration(\"1s\")"}});
    fail("value", {"duration('')", "duration('1')", "duration('s')", "duration('1 s')", "duration('1d')",
                   "duration('1s2')", "duration('.s')", "duration('--1s')", "duration('1e3s')",
                   "duration('9223372036.854775808s')", "duration('300000000000s')",
                   "duration('99999999999999999999999999999999999999h')"});
}

TEST_CASE("times are added and subtracted within their ranges") {
    hold({{"timestamp('2026-02-28T23:00:00Z') + duration('2h') == timestamp('2026-03-01T01:00:00Z')", "true"},
          {"duration('1s') + timestamp(0) == timestamp(1)", "true"},
          {"string(timestamp(0) - duration('1ns'))", R"("1969-12-31T23:59:59.999999999Z")"},
          {"string(timestamp(0) - duration('-1.5s'))", R"("1970-01-01T00:00:01.5Z")"},
          {"string(timestamp(0) + duration('-0.25s'))", R"("1969-12-31T23:59:59.75Z")"},
          {"string(timestamp(90) - timestamp(0))", R"("90s")"},
          {"string(duration('1s') - duration('3s'))", R"("-2s")"},
          // The longest spans, of which the whole seconds alone would be one too many.
          {"string(timestamp('1677-09-21T00:12:43.145224192Z') - timestamp(0))",
           R"("-9223372036.854775808s")"},
          {"string(timestamp(9223372037) - timestamp('1970-01-01T00:00:00.145224193Z'))",
           R"("9223372036.854775807s")"}});
    fail("value", {"timestamp('1677-09-21T00:12:43.145224191Z') - timestamp(0)",
                   "timestamp(9223372037) - timestamp('1970-01-01T00:00:00.145224192Z')"});
    fail("value", {"timestamp(253402300799) + duration('1s')", "timestamp(-62135596800) - duration('1ns')",
                   "timestamp(253402300799) - timestamp(-62135596800)",
                   "duration('9223372036s') + duration('1s')", "duration('-9223372036s') - duration('1s')"});
    fail("type", {"timestamp(0) + timestamp(0)", "duration('1s') - timestamp(0)", "timestamp(0) + 1",
                  "duration('1s') * 2", "-duration('1s')"});
}

TEST_CASE("parts of a timestamp are those of UTC or of an offset") {
    NamedValues variables;
    variables.set("t", *std::get<Value>(outcome("timestamp('2024-12-31T22:45:09.876Z')")).as<Timestamp>());
    hold({{"[t.getFullYear(), t.getMonth(), t.getDate(), t.getDayOfMonth()]", "[2024, 11, 31, 30]"},
          {"[t.getDayOfYear(), t.getDayOfWeek()]", "[365, 2]"},
          {"[t.getHours(), t.getMinutes(), t.getSeconds(), t.getMilliseconds()]", "[22, 45, 9, 876]"},
          {"[t.getFullYear('+02:00'), t.getMonth('+02:00'), t.getDayOfYear('+02:00')]", "[2025, 0, 0]"},
          {"[t.getHours('-09:30'), t.getMinutes('-09:30')]", "[13, 15]"},
          {"[t.getHours('02:00'), t.getHours('UTC'), t.getHours('-00:00')]", "[0, 22, 22]"},
          {"[timestamp(0).getDayOfWeek(), timestamp(-1).getDayOfWeek()]", "[4, 3]"},
          {"timestamp('0001-01-01T00:00:00Z').getHours('-01:00')", "23"}},
         variables);
    fail("unsupported",
         {"t.getHours('Europe/Paris')", "t.getDate('CET')", "t.getHours('')", "t.getHours('+2:00')",
          "t.getHours('+02:60')", "t.getHours('+24:00')", "t.getHours('Z')"},
         variables);
    fail(
        "type",
        {"t.getHours(1)", "'x'.getHours()", "duration('1s').getFullYear()", "duration('1s').getHours('UTC')"},
        variables);
}

TEST_CASE("parts of a duration are all of its hours, minutes or seconds") {
    hold({{"[duration('25h').getHours(), duration('25h').getMinutes(), duration('25h').getSeconds()]",
           "[25, 1500, 90000]"},
          {"duration('61.234s').getMilliseconds()", "234"},
          {"[duration('-90m').getHours(), duration('-90m').getMinutes()]", "[-1, -90]"}});
}

TEST_CASE("all days of some centuries are where the calendar has them") {
    // A day is one more than the day before, and every fourth year has a leap day but for three centuries.
    CHECK(run("timestamp('1600-03-01T00:00:00Z') - timestamp('1600-02-28T00:00:00Z')") ==
          "duration(\"172800s\")");
    CHECK(run("timestamp('1900-03-01T00:00:00Z') - timestamp('1900-02-28T00:00:00Z')") ==
          "duration(\"86400s\")");
    const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    std::int64_t day =
        *std::get<Value>(outcome("int(timestamp('1599-01-01T00:00:00Z')) / 86400")).as<std::int64_t>();
    for (int year = 1599; year < 2005; ++year) {
        const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (int month = 0; month < 12; ++month) {
            const int length = days[month] + (leap && month == 1 ? 1 : 0);
            const auto text = "timestamp(" + std::to_string(day * 86400) + ")";
            REQUIRE(run("[" + text + ".getFullYear(), " + text + ".getMonth(), " + text + ".getDate()]") ==
                    "[" + std::to_string(year) + ", " + std::to_string(month) + ", 1]");
            day += length;
        }
    }
}
