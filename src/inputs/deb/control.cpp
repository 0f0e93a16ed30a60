// SPDX-License-Identifier: Apache-2.0
#include "control.hpp"

#include <algorithm>

#include "contract/base/text.hpp"

namespace contract::inputs::deb {

namespace {

constexpr std::string_view blanks = " \t\r\n";

// The line at the front with its line break.
std::string_view first_line(std::string_view text) {
    const auto end = text.find('\n');
    return end == std::string_view::npos ? text : text.substr(0, end + 1);
}

bool is_blank(std::string_view line) {
    return line.find_first_not_of(blanks) == std::string_view::npos;
}

bool continues(std::string_view line) {
    return !line.empty() && (line[0] == ' ' || line[0] == '\t');
}

}  // namespace

std::string_view take_stanza(std::string_view& rest) {
    while (!rest.empty()) {
        const auto line = first_line(rest);
        if (!is_blank(line) && line[0] != '#') break;
        rest.remove_prefix(line.size());
    }
    std::size_t end = 0;
    while (end < rest.size()) {
        const auto line = first_line(rest.substr(end));
        if (is_blank(line)) break;
        end += line.size();
    }
    const auto stanza = rest.substr(0, end);
    rest.remove_prefix(end);
    return stanza;
}

std::optional<ControlField> take_field(std::string_view& stanza) {
    while (!stanza.empty() && stanza[0] == '#') stanza.remove_prefix(first_line(stanza).size());
    if (stanza.empty()) return std::nullopt;
    std::size_t end = first_line(stanza).size();
    while (end < stanza.size() && (continues(stanza.substr(end)) || stanza[end] == '#'))
        end += first_line(stanza.substr(end)).size();
    ControlField field{{}, {}, stanza.substr(0, end)};
    stanza.remove_prefix(end);
    const auto colon = first_line(field.lines).find(':');
    if (colon == std::string_view::npos || continues(field.lines)) return field;
    field.name = field.lines.substr(0, colon);
    field.value = trim(field.lines.substr(colon + 1));
    return field;
}

bool same_name(std::string_view left, std::string_view right) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [&](char a, char b) { return lower(a) == lower(b); });
}

std::vector<std::string_view> words(std::string_view text) {
    std::vector<std::string_view> out;
    for (;;) {
        const auto begin = text.find_first_not_of(blanks);
        if (begin == std::string_view::npos) return out;
        text.remove_prefix(begin);
        const auto end = std::min(text.find_first_of(blanks), text.size());
        out.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

}  // namespace contract::inputs::deb
