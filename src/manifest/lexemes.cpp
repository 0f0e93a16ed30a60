// SPDX-License-Identifier: Apache-2.0
#include "lexemes.hpp"

#include <algorithm>

#include "string_literal.hpp"

namespace contract::manifest {

namespace {

bool is_line_end(char c) {
    return c == '\n' || c == '\r';
}

bool is_bare(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
    while (at < text.size() && is_blank(text[at])) ++at;
    return at;
}

// Behind the brackets that open at `begin`, whatever they hold.
std::size_t end_of_brackets(std::string_view text, std::size_t begin) {
    std::size_t depth = 0;
    for (std::size_t at = begin; at < text.size();) {
        switch (text[at]) {
            case '[':
            case '{': ++depth; break;
            case ']':
            case '}':
                if (--depth == 0) return at + 1;
                break;
            case '"':
            case '\'': at = end_of_string(text, at); continue;
            case '#': at = end_of_comment(text, at); continue;
            default: break;
        }
        ++at;
    }
    return text.size();
}

// "1979-05-27 07:32:00" is the one scalar with a space in it.
bool is_date_and_space(std::string_view text, std::size_t begin, std::size_t end) {
    const auto is_digit = [&](std::size_t at) {
        return at < text.size() && text[at] >= '0' && text[at] <= '9';
    };
    return end - begin == 10 && text[begin + 4] == '-' && text[begin + 7] == '-' && end < text.size() &&
           text[end] == ' ' && is_digit(end + 1) && is_digit(end + 2) && end + 3 < text.size() &&
           text[end + 3] == ':';
}

bool ends_scalar(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' || c == ']' || c == '}' || c == '#';
}

std::size_t end_of_scalar(std::string_view text, std::size_t begin) {
    const auto find = [&](std::size_t at) {
        while (at < text.size() && !ends_scalar(text[at])) ++at;
        return at;
    };
    const std::size_t end = find(begin);
    return is_date_and_space(text, begin, end) ? find(end + 1) : end;
}

}  // namespace

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

std::size_t end_of_string(std::string_view text, std::size_t begin) {
    const char quote = text[begin];
    const std::string fence(3, quote);
    const bool multi_line = text.substr(begin, 3) == fence;
    std::size_t at = begin + (multi_line ? 3 : 1);
    while (at < text.size()) {
        if (quote == '"' && text[at] == '\\') {
            at += 2;
        } else if (!multi_line && (text[at] == quote || text[at] == '\n')) {
            return at + 1;
        } else if (multi_line && text.substr(at, 3) == fence) {
            at += 3;
            // Up to two quotes may stand before the closing three.
            for (int extra = 0; extra < 2 && at < text.size() && text[at] == quote; ++extra) ++at;
            return at;
        } else {
            ++at;
        }
    }
    return text.size();
}

std::size_t end_of_comment(std::string_view text, std::size_t begin) {
    return std::min(text.find('\n', begin), text.size());
}

std::size_t skip_gap(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        if (is_blank(text[at]) || is_line_end(text[at]))
            ++at;
        else if (text[at] == '#')
            at = end_of_comment(text, at);
        else
            break;
    }
    return at;
}

std::size_t end_of_header(std::string_view text, std::size_t begin) {
    return end_of_brackets(text, begin);
}

std::size_t end_of_value(std::string_view text, std::size_t begin) {
    if (begin >= text.size()) return text.size();
    switch (text[begin]) {
        case '"':
        case '\'': return end_of_string(text, begin);
        case '[':
        case '{': return end_of_brackets(text, begin);
        default: return end_of_scalar(text, begin);
    }
}

std::size_t end_of_key_part(std::string_view text, std::size_t begin) {
    if (begin < text.size() && (text[begin] == '"' || text[begin] == '\'')) return end_of_string(text, begin);
    std::size_t at = begin;
    while (at < text.size() && is_bare(text[at])) ++at;
    return at;
}

std::vector<Segment> key_at(std::string_view text, std::size_t begin, std::size_t& end) {
    std::vector<Segment> segments;
    std::size_t at = begin;
    for (;;) {
        at = skip_blanks(text, at);
        const std::size_t from = at;
        at = end_of_key_part(text, from);
        const auto part = text.substr(from, at - from);
        const bool in_quotes = !part.empty() && (part[0] == '"' || part[0] == '\'');
        segments.push_back({in_quotes ? decode_string(part).value : std::string(part), {from, at}});
        at = skip_blanks(text, at);
        if (at >= text.size() || text[at] != '.') break;
        ++at;
    }
    end = at;
    return segments;
}

std::optional<std::size_t> deeper_than(std::string_view text, std::size_t limit) {
    std::vector<std::size_t> outside;  // the depth around each open bracket
    std::size_t depth = 0, dots = 0;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (is_bare(c) || is_blank(c)) {
            ++at;
            continue;
        }
        if (c == '"' || c == '\'') {
            at = end_of_string(text, at);
            continue;
        }
        if (c == '#') {
            at = end_of_comment(text, at);
            continue;
        }
        if (c == '.') {
            ++dots;
        } else if (c == '[' || c == '{') {
            outside.push_back(depth);
            depth += dots + 1;
            dots = 0;
        } else if ((c == ']' || c == '}') && !outside.empty()) {
            depth = outside.back();
            outside.pop_back();
            dots = 0;
        } else if (c == ',' || (c == '\n' && outside.empty())) {
            dots = 0;
        }
        if (depth + dots > limit) return at;
        ++at;
    }
    return std::nullopt;
}

}  // namespace contract::manifest
