// SPDX-License-Identifier: Apache-2.0
//
// What is in a string and where. Positions and sizes are code points; a string is UTF-8, so bytes can be
// searched and only places have to be counted.
#include <algorithm>

#include "contract/base/text.hpp"
#include "find_text.hpp"
#include "pattern.hpp"
#include "signatures.hpp"

namespace contract::expression {

namespace {

// How many code points the text has.
std::size_t count_points(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// The byte where code point `position` starts; the size of the text when it has no more; none beyond that.
std::optional<std::size_t> byte_of(std::string_view text, std::int64_t position) {
    if (position < 0) return std::nullopt;
    std::size_t at = 0;
    for (std::int64_t seen = 0; at < text.size(); ++seen) {
        if (seen == position) return at;
        ++at;
        while (at < text.size() && (text[at] & 0xC0) == 0x80) ++at;
    }
    return static_cast<std::size_t>(position) == count_points(text) ? std::optional(at) : std::nullopt;
}

bool outside(Call& call, std::int64_t position) {
    return call.fail("the position " + std::to_string(position) + " is outside the text, which has " +
                     contract::count(count_points(call.text(0)), "character"));
}

bool size(Call& call, Value& result) {
    const Value& value = call.value(0);
    std::size_t number = 0;
    if (const auto* text = value.as<std::string>()) {
        number = count_points(*text);
    }
    if (const auto* bytes = value.as<Bytes>()) number = bytes->data.size();
    if (const auto* list = value.as<List>()) number = list->size();
    if (const auto* map = value.as<Map>()) number = map->size();
    return give(result, static_cast<std::int64_t>(number));
}

bool contains(Call& call, Value& result) {
    return give(result, find_text(call.text(0), call.text(1), 0) != std::string::npos);
}

bool starts_with(Call& call, Value& result) {
    return give(result, call.text(0).starts_with(call.text(1)));
}

bool ends_with(Call& call, Value& result) {
    return give(result, call.text(0).ends_with(call.text(1)));
}

bool matches(Call& call, Value& result) {
    std::shared_ptr<const Pattern> pattern = call.node().pattern;
    if (pattern == nullptr) pattern = call.budget().pattern(call.node(), call.text(1));
    if (pattern == nullptr) return false;
    if (!pattern->mistake().empty())
        return call.fail_at(1, "the regular expression cannot be used: " + pattern->mistake());
    if (!call.budget().work(call.node(), pattern->work(call.text(0).size()))) return false;
    return give(result, pattern->matches(call.text(0)));
}

bool char_at(Call& call, Value& result) {
    const std::string& text = call.text(0);
    const auto at = byte_of(text, call.integer(1));
    if (!at) return outside(call, call.integer(1));
    return give_text(call, result,
                     *at == text.size() ? "" : text.substr(*at, code_point_at(text, *at).length));
}

bool index_of(Call& call, Value& result) {
    const std::string& text = call.text(0);
    const std::int64_t from = call.size() > 2 ? call.integer(2) : 0;
    const auto start = byte_of(text, from);
    if (!start) return outside(call, from);
    const auto found = find_text(text, call.text(1), *start);
    if (found == std::string::npos) return give(result, -1);
    return give(result, static_cast<std::int64_t>(count_points(std::string_view(text).substr(0, found))));
}

bool last_index_of(Call& call, Value& result) {
    const std::string& text = call.text(0);
    std::size_t last = text.size();
    if (call.size() > 2) {
        const auto at = byte_of(text, call.integer(2));
        if (!at) return outside(call, call.integer(2));
        last = *at;
    }
    const auto found = find_last_text(text, call.text(1), last);
    if (found == std::string::npos) return give(result, -1);
    return give(result, static_cast<std::int64_t>(count_points(std::string_view(text).substr(0, found))));
}

bool substring(Call& call, Value& result) {
    const std::string& text = call.text(0);
    if (call.size() > 2 && call.integer(1) > call.integer(2))
        return call.fail("the part ends at " + std::to_string(call.integer(2)) + ", before it starts at " +
                         std::to_string(call.integer(1)));
    const auto begin = byte_of(text, call.integer(1));
    if (!begin) return outside(call, call.integer(1));
    std::size_t end = text.size();
    if (call.size() > 2) {
        const auto at = byte_of(text, call.integer(2));
        if (!at) return outside(call, call.integer(2));
        end = *at;
    }
    return give_text(call, result, std::string_view(text).substr(*begin, end - *begin));
}

constexpr Kinds text = only(Kind::string);
constexpr Kinds number = only(Kind::integer);
constexpr Kinds sized = any_of(Kind::string, Kind::bytes, Kind::list, Kind::map, Kind::object);

constexpr std::array rows = std::to_array<Signature>({
    {"size", Style::function, 1, {sized}, Kind::integer, size},
    {"size", Style::method, 1, {sized}, Kind::integer, size},
    {"contains", Style::method, 2, {text, text}, Kind::boolean, contains},
    {"startsWith", Style::method, 2, {text, text}, Kind::boolean, starts_with},
    {"endsWith", Style::method, 2, {text, text}, Kind::boolean, ends_with},
    {"matches", Style::method, 2, {text, text}, Kind::boolean, matches},
    {"matches", Style::function, 2, {text, text}, Kind::boolean, matches},
    {"charAt", Style::method, 2, {text, number}, Kind::string, char_at},
    {"indexOf", Style::method, 2, {text, text}, Kind::integer, index_of},
    {"indexOf", Style::method, 3, {text, text, number}, Kind::integer, index_of},
    {"lastIndexOf", Style::method, 2, {text, text}, Kind::integer, last_index_of},
    {"lastIndexOf", Style::method, 3, {text, text, number}, Kind::integer, last_index_of},
    {"substring", Style::method, 2, {text, number}, Kind::string, substring},
    {"substring", Style::method, 3, {text, number, number}, Kind::string, substring},
});

}  // namespace

std::span<const Signature> search_signatures() {
    return rows;
}

}  // namespace contract::expression
