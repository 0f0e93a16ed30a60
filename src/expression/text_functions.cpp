// SPDX-License-Identifier: Apache-2.0
//
// Making strings of strings.
#include <algorithm>

#include "contract/base/text.hpp"
#include "find_text.hpp"
#include "format.hpp"
#include "signatures.hpp"

namespace contract::expression {

namespace {

template <char first, char last>
bool change_case(Call& call, Value& result) {
    std::string text = call.text(0);
    if (!call.make_room(text.size())) return false;
    for (char& c : text)
        if (c >= first && c <= last) c = static_cast<char>(c ^ 0x20);
    return give(result, std::move(text));
}

// The places where `part` stands in the text, at most `limit` (all when negative); an empty part stands
// before every character and at the end.
std::vector<std::size_t> places_of(const std::string& text, const std::string& part, std::int64_t limit) {
    std::vector<std::size_t> places;
    std::size_t at = 0;
    while (limit < 0 || static_cast<std::int64_t>(places.size()) < limit) {
        at = find_text(text, part, at);
        if (at == std::string::npos) break;
        places.push_back(at);
        if (part.empty() && at == text.size()) break;
        at += part.empty() ? code_point_at(text, at).length : part.size();
    }
    return places;
}

bool replace(Call& call, Value& result) {
    const std::string &text = call.text(0), &part = call.text(1), &by = call.text(2);
    if (!call.make_room(text.size())) return false;
    const auto places = places_of(text, part, call.size() > 3 ? call.integer(3) : -1);
    if (places.empty()) return give(result, call.value(0));
    if (by.size() > longest_string || !call.make_room(places.size() * by.size() + text.size())) return false;
    std::string out;
    std::size_t at = 0;
    for (const std::size_t place : places) {
        out.append(text, at, place - at).append(by);
        at = place + part.size();
    }
    return give(result, out.append(text, at));
}

bool give_list(Call& call, Value& result, List items) {
    if (!call.budget().room(call.node(), items.size() * 64)) return false;
    return give(result, std::move(items));
}

bool split(Call& call, Value& result) {
    const std::string &text = call.text(0), &separator = call.text(1);
    const std::int64_t limit = call.size() > 2 ? call.integer(2) : -1;
    if (!call.make_room(text.size())) return false;
    if (limit == 0 || (text.empty() && separator.empty())) return give(result, List{});
    if (limit == 1) return give(result, List{call.value(0)});
    auto places = places_of(text, separator, limit < 0 ? -1 : limit - 1 + (separator.empty() ? 1 : 0));
    if (places.size() >= longest_list)
        return call.budget().exhaust(call.node(), "the list gets longer than a million items");
    if (separator.empty()) {  // between the characters: neither before the first nor behind the last
        if (!places.empty()) places.erase(places.begin());
        if (!places.empty() && places.back() == text.size()) places.pop_back();
    }
    if (!call.budget().room(call.node(), places.size() * 64)) return false;
    List items;
    std::size_t at = 0;
    for (const std::size_t place : places) {
        items.emplace_back(std::string_view(text).substr(at, place - at));
        at = place + separator.size();
    }
    items.emplace_back(std::string_view(text).substr(at));
    return give_list(call, result, std::move(items));
}

// What Unicode calls White_Space.
bool is_space(char32_t c) {
    return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
           c == 0x3000;
}

bool trim(Call& call, Value& result) {
    std::string_view text = call.text(0);
    while (!text.empty()) {
        const CodePoint point = code_point_at(text, 0);
        if (!is_space(point.value)) break;
        text.remove_prefix(point.length);
    }
    while (!text.empty()) {
        std::size_t last = text.size() - 1;
        while (last > 0 && (text[last] & 0xC0) == 0x80) --last;
        if (!is_space(code_point_at(text, last).value)) break;
        text.remove_suffix(text.size() - last);
    }
    return give_text(call, result, text);
}

bool reverse(Call& call, Value& result) {
    const std::string& text = call.text(0);
    if (!call.make_room(text.size())) return false;
    std::string out(text.rbegin(), text.rend());
    // The bytes of each character are turned round once more: a lead byte stands behind its continuations.
    for (std::size_t begin = 0, at = 0; at < out.size(); ++at) {
        if ((out[at] & 0xC0) == 0x80) continue;
        std::reverse(out.begin() + static_cast<std::ptrdiff_t>(begin),
                     out.begin() + static_cast<std::ptrdiff_t>(at) + 1);
        begin = at + 1;
    }
    return give(result, std::move(out));
}

bool join(Call& call, Value& result) {
    const std::string separator = call.size() > 1 ? call.text(1) : "";
    if (!call.budget().work(call.node(), call.list(0).size() / 8)) return false;
    std::size_t bytes = 0;
    for (const Value& item : call.list(0)) {
        const auto* text = item.as<std::string>();
        if (text == nullptr)
            return call.fail_at(
                0, "join needs a list of strings, and it has " + std::string(word(item.kind())), "type");
        bytes += text->size() + separator.size();
        if (bytes > longest_string) return call.make_room(bytes);
    }
    if (!call.make_room(bytes)) return false;
    std::string out;
    bool first = true;
    for (const Value& item : call.list(0)) {
        if (!first) out += separator;
        first = false;
        out += *item.as<std::string>();
    }
    return give(result, std::move(out));
}

bool quote(Call& call, Value& result) {
    constexpr std::string_view special = "\a\b\f\n\r\t\v\\\"";
    constexpr std::string_view letters = "abfnrtv\\\"";
    if (!call.make_room(2 * call.text(0).size() + 2)) return false;
    std::string out = "\"";
    for (const char c : call.text(0)) {
        const auto found = special.find(c);
        if (found != std::string_view::npos) out += '\\';
        out += found == std::string_view::npos ? c : letters[found];
    }
    return give(result, out + "\"");
}

constexpr Kinds text = only(Kind::string);
constexpr Kinds number = only(Kind::integer);
constexpr Kinds list = only(Kind::list);
constexpr auto lower = change_case<'A', 'Z'>;
constexpr auto upper = change_case<'a', 'z'>;

constexpr std::array rows = std::to_array<Signature>({
    {"lowerAscii", Style::method, 1, {text}, Kind::string, lower},
    {"upperAscii", Style::method, 1, {text}, Kind::string, upper},
    {"replace", Style::method, 3, {text, text, text}, Kind::string, replace},
    {"replace", Style::method, 4, {text, text, text, number}, Kind::string, replace},
    {"split", Style::method, 2, {text, text}, Kind::list, split},
    {"split", Style::method, 3, {text, text, number}, Kind::list, split},
    {"trim", Style::method, 1, {text}, Kind::string, trim},
    {"reverse", Style::method, 1, {text}, Kind::string, reverse},
    {"join", Style::method, 1, {list}, Kind::string, join},
    {"join", Style::method, 2, {list, text}, Kind::string, join},
    {"format", Style::method, 2, {text, list}, Kind::string, format},
    {"strings.quote", Style::function, 1, {text}, Kind::string, quote},
});

}  // namespace

std::span<const Signature> text_signatures() {
    return rows;
}

}  // namespace contract::expression
