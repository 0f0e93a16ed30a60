// SPDX-License-Identifier: Apache-2.0
//
// int() uint() double() string() bool() bytes() duration() timestamp() type() dyn() version().
#include <algorithm>
#include <array>
#include <charconv>

#include "contract/base/text.hpp"
#include "number_text.hpp"
#include "signatures.hpp"
#include "time.hpp"

namespace contract::expression {

namespace {

bool no_text_of(Call& call, std::string_view what) {
    constexpr std::size_t more_than_is_shown = 400;
    return call.fail(shown(quoted(call.text(0).substr(0, more_than_is_shown))) + " is no " +
                     std::string(what));
}

template <typename Number>
std::optional<Number> parse_whole(std::string_view text) {
    if (std::is_signed_v<Number> && text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-')) return std::nullopt;
    }
    Number number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
    return number;
}

bool to_int(Call& call, Value& result) {
    const Value& value = call.value(0);
    switch (value.kind()) {
        case Kind::unsigned_integer: {
            const auto number = *value.as<std::uint64_t>();
            if (number > INT64_MAX) return call.fail("the number does not fit in an int");
            return give(result, static_cast<std::int64_t>(number));
        }
        case Kind::real: {
            // Both ends of the range are out: nothing beside them could be told from them.
            const double number = *value.as<double>();
            if (!(number > -0x1p63 && number < 0x1p63)) return call.fail("the number does not fit in an int");
            return give(result, static_cast<std::int64_t>(number));
        }
        case Kind::string: {
            const auto number = parse_whole<std::int64_t>(call.text(0));
            return number ? give(result, *number) : no_text_of(call, "int");
        }
        case Kind::timestamp: return give(result, value.as<Timestamp>()->seconds);
        default: return give(result, value);
    }
}

bool to_uint(Call& call, Value& result) {
    const Value& value = call.value(0);
    switch (value.kind()) {
        case Kind::integer: {
            const auto number = *value.as<std::int64_t>();
            if (number < 0) return call.fail("the number does not fit in a uint");
            return give(result, Value::unsigned_integer(static_cast<std::uint64_t>(number)));
        }
        case Kind::real: {
            const double number = *value.as<double>();
            if (!(number >= 0 && number < 0x1p64)) return call.fail("the number does not fit in a uint");
            return give(result, Value::unsigned_integer(static_cast<std::uint64_t>(number)));
        }
        case Kind::string: {
            const auto number = parse_whole<std::uint64_t>(call.text(0));
            return number ? give(result, Value::unsigned_integer(*number)) : no_text_of(call, "uint");
        }
        default: return give(result, value);
    }
}

bool to_double(Call& call, Value& result) {
    const Value& value = call.value(0);
    if (const auto number = value.as<std::int64_t>()) return give(result, static_cast<double>(*number));
    if (const auto number = value.as<std::uint64_t>()) return give(result, static_cast<double>(*number));
    if (value.kind() != Kind::string) return give(result, value);
    const auto number = parse_double(call.text(0));
    return number ? give(result, *number) : no_text_of(call, "double");
}

bool to_bool(Call& call, Value& result) {
    if (call.value(0).kind() == Kind::boolean) return give(result, call.value(0));
    constexpr std::array<std::string_view, 5> yes{"1", "t", "true", "TRUE", "True"};
    constexpr std::array<std::string_view, 5> no{"0", "f", "false", "FALSE", "False"};
    const std::string& text = call.text(0);
    if (std::find(yes.begin(), yes.end(), text) != yes.end()) return give(result, true);
    if (std::find(no.begin(), no.end(), text) != no.end()) return give(result, false);
    return no_text_of(call, "bool");
}

bool to_string(Call& call, Value& result) {
    const Value& value = call.value(0);
    if (value.kind() == Kind::string) return give(result, value);
    if (const auto* bytes = value.as<Bytes>()) {
        if (!is_utf8(bytes->data)) return call.fail("the bytes are not UTF-8");
        return call.make_room(bytes->data.size()) && give(result, bytes->data);
    }
    return give(result, to_text(value));
}

bool to_bytes(Call& call, Value& result) {
    if (call.value(0).kind() == Kind::bytes) return give(result, call.value(0));
    return call.make_room(call.text(0).size()) && give(result, Bytes{call.text(0)});
}

bool to_duration(Call& call, Value& result) {
    if (call.value(0).kind() == Kind::duration) return give(result, call.value(0));
    const auto duration = parse_duration(call.text(0));
    if (duration) return give(result, *duration);
    no_text_of(call, "duration within ±292 years");
    call.budget().problem->help.push_back("durations look like \"90s\", \"1h30m\" or \"250ms\"");
    return false;
}

bool to_timestamp(Call& call, Value& result) {
    const Value& value = call.value(0);
    if (value.kind() == Kind::timestamp) return give(result, value);
    if (const auto seconds = value.as<std::int64_t>()) {
        const Timestamp timestamp{*seconds, 0};
        if (!in_range(timestamp)) return call.fail("the timestamp is not in the years 1 to 9999");
        return give(result, timestamp);
    }
    const auto timestamp = parse_timestamp(call.text(0));
    if (timestamp) return give(result, *timestamp);
    no_text_of(call, "timestamp in the years 1 to 9999");
    call.budget().problem->help.push_back("timestamps look like \"2026-01-02T03:04:05Z\"");
    return false;
}

bool to_version(Call& call, Value& result) {
    if (call.value(0).kind() == Kind::version) return give(result, call.value(0));
    const std::string& text = call.text(0);
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view(".+-~:").find(c) != std::string_view::npos;
    };
    const auto colon = text.find(':');
    const bool epoch_fits =
        colon == std::string::npos ||
        (colon > 0 && text.find_first_not_of("0123456789") == colon && colon + 1 < text.size());
    if (text.empty() || !epoch_fits || !std::all_of(text.begin(), text.end(), fits))
        return no_text_of(call, "version");
    return give(result, Version{text});
}

bool type_of(Call& call, Value& result) {
    return give(result, Value::type(call.value(0).kind()));
}

bool same(Call& call, Value& result) {
    return give(result, call.value(0));
}

constexpr Kinds numbers_or_text = any_of(Kind::integer, Kind::unsigned_integer, Kind::real, Kind::string);
constexpr Kinds textual = any_of(Kind::boolean, Kind::integer, Kind::unsigned_integer, Kind::real,
                                 Kind::duration, Kind::timestamp, Kind::string, Kind::bytes, Kind::version);

constexpr std::array rows = std::to_array<Signature>({
    {"int",
     Style::function,
     1,
     {static_cast<Kinds>(numbers_or_text | only(Kind::timestamp))},
     Kind::integer,
     to_int},
    {"uint", Style::function, 1, {numbers_or_text}, Kind::unsigned_integer, to_uint},
    {"double", Style::function, 1, {numbers_or_text}, Kind::real, to_double},
    {"bool", Style::function, 1, {any_of(Kind::boolean, Kind::string)}, Kind::boolean, to_bool},
    {"string", Style::function, 1, {textual}, Kind::string, to_string},
    {"bytes", Style::function, 1, {any_of(Kind::string, Kind::bytes)}, Kind::bytes, to_bytes},
    {"duration", Style::function, 1, {any_of(Kind::duration, Kind::string)}, Kind::duration, to_duration},
    {"timestamp",
     Style::function,
     1,
     {any_of(Kind::integer, Kind::timestamp, Kind::string)},
     Kind::timestamp,
     to_timestamp},
    {"version", Style::function, 1, {any_of(Kind::string, Kind::version)}, Kind::version, to_version},
    {"type", Style::function, 1, {every_kind}, Kind::type, type_of},
    {"dyn", Style::function, 1, {every_kind}, Kind::dynamic, same},
});

}  // namespace

std::span<const Signature> conversion_signatures() {
    return rows;
}

}  // namespace contract::expression
