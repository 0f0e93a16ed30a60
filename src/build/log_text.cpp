// SPDX-License-Identifier: Apache-2.0
#include "log_text.hpp"

#include <algorithm>

#include "contract/base/text.hpp"

namespace contract::build {

namespace {

constexpr char escape = '\x1b';
constexpr char bell = '\x07';

bool is_between(char c, char first, char last) {
    return c >= first && c <= last;
}

// How many bytes the sequence takes that starts with the escape character at the front of `text`.
std::size_t sequence_length(std::string_view text) {
    if (text.size() < 2) return text.size();
    std::size_t end = 2;
    if (text[1] == '[') {  // colours, the cursor: up to a letter
        while (end < text.size() && is_between(text[end], ' ', '?')) ++end;
        return std::min(end + 1, text.size());
    }
    if (text[1] == ']') {  // titles and links: up to a bell, or the escape that ends them
        while (end < text.size() && text[end] != bell && text[end] != escape && text[end] != '\n') ++end;
        if (end < text.size() && text[end] == bell) return end + 1;
        return text.substr(end).starts_with("\x1b\\") ? end + 2 : end;
    }
    if (text[1] == '(' || text[1] == ')') return std::min<std::size_t>(3, text.size());
    return 2;
}

std::string without_sequences(std::string_view line) {
    std::string out;
    while (!line.empty()) {
        const auto next = line.find(escape);
        out += line.substr(0, next);
        if (next == std::string_view::npos) break;
        line.remove_prefix(next);
        line.remove_prefix(sequence_length(line));
    }
    return out;
}

// "make\r: not found" is no progress bar: a shell names a word of a script whose lines end in \r\n.
bool is_complaint(std::string_view text) {
    return text.starts_with(": not found") || text.starts_with(": command not found") ||
           text.starts_with(": No such file");
}

std::string shown_line(std::string_view line) {
    while (line.ends_with('\r')) line.remove_suffix(1);
    const auto last = line.rfind('\r');
    if (last == std::string_view::npos) return without_sequences(line);
    if (!is_complaint(line.substr(last + 1))) return without_sequences(line.substr(last + 1));
    return shown_line(line.substr(0, last)) + "\\r" + std::string(line.substr(last + 1));
}

std::string cut_short(const std::string& line) {
    constexpr std::size_t longest = 400;
    if (line.size() <= longest) return line;
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80) --end;
    return line.substr(0, end) + " …";
}

bool is_quote(char c) {
    return c == '\'' || c == '"' || c == '`';
}

}  // namespace

std::string readable(std::string_view log) {
    std::string out;
    while (!log.empty()) {
        const auto end = log.find('\n');
        out += shown_line(log.substr(0, end));
        if (end == std::string_view::npos) break;
        out += '\n';
        log.remove_prefix(end + 1);
    }
    return out;
}

std::string last_lines(std::string_view log, std::size_t count) {
    while (!log.empty() && (log.back() == '\n' || log.back() == '\r')) log.remove_suffix(1);
    std::size_t begin = log.size();
    for (; begin > 0; --begin)
        if (log[begin - 1] == '\n' && --count == 0) break;
    return std::string(log.substr(begin));
}

std::string excerpt(std::string_view log, std::size_t count) {
    auto lines = split(last_lines(log, count), '\n');
    for (auto& line : lines) line = cut_short(line);
    return harmless(join(lines, "\n"));
}

std::vector<std::string_view> phrases(std::string_view line) {
    std::vector<std::string_view> out;
    for (auto at = line.find(": "); at != std::string_view::npos; at = line.find(": ")) {
        out.push_back(trim(line.substr(0, at)));
        line.remove_prefix(at + 2);
    }
    out.push_back(trim(line));
    return out;
}

std::string without_quotes(std::string_view quoted) {
    std::string text(quoted);
    for (const std::string_view mark : {"\xe2\x80\x98", "\xe2\x80\x99"})
        for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark))
            text.erase(at, mark.size());
    text.erase(std::remove_if(text.begin(), text.end(), is_quote), text.end());
    return std::string(trim(text));
}

std::string last_word(std::string_view text) {
    text = trim(text);
    const auto begin = text.find_last_of(" \t");
    return without_quotes(begin == std::string_view::npos ? text : text.substr(begin + 1));
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

bool contains_one_of(std::string_view text, std::initializer_list<std::string_view> parts) {
    return std::any_of(parts.begin(), parts.end(),
                       [&](std::string_view part) { return contains(text, part); });
}

}  // namespace contract::build
