// SPDX-License-Identifier: Apache-2.0
#include "contract/base/span.hpp"

#include <algorithm>

#include "contract/base/text.hpp"

namespace contract {

namespace {

struct Place {
    int line = 1;
    int column = 1;
};

Place advance(Place place, std::string_view text, std::size_t begin, std::size_t end) {
    for (std::size_t offset = begin; offset < end;) {
        if (text[offset] == '\n') {
            place = {place.line + 1, 1};
            ++offset;
        } else {
            ++place.column;
            offset += code_point_at(text, offset).length;
        }
    }
    return place;
}

}  // namespace

Span span_of(FileName file, std::string_view text, std::size_t begin, std::size_t end) {
    begin = std::min(begin, text.size());
    end = std::clamp(end, begin, text.size());
    const Place first = advance({}, text, 0, begin);
    const Place last = advance(first, text, begin, end);
    return {file, first.line, first.column, last.line, last.column, begin, end};
}

std::size_t offset_of(std::string_view text, int line, int column) {
    std::size_t offset = 0;
    for (int current = 1; current < line; ++current) {
        const auto newline = text.find('\n', offset);
        if (newline == std::string_view::npos) return text.size();
        offset = newline + 1;
    }
    for (int current = 1; current < column && offset < text.size() && text[offset] != '\n'; ++current)
        offset += code_point_at(text, offset).length;
    return offset;
}

std::string_view line_of(std::string_view text, int number) {
    const std::size_t begin = offset_of(text, number, 1);
    auto line = text.substr(begin, text.find('\n', begin) - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

}  // namespace contract
