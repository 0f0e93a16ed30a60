// SPDX-License-Identifier: Apache-2.0
//
// The text of a log as a terminal would show it, line by line. The log itself is kept as it was written.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace contract::build {

// Without colours and what else moves a terminal's cursor. A progress bar writes its line again and again
// with \r in between: only the last of them stays.
std::string readable(std::string_view log);

// The last `count` lines, without the final line ending.
std::string last_lines(std::string_view log, std::size_t count);

// The same of a readable log, safe to print, and with lines that nobody reads to their end cut short.
std::string excerpt(std::string_view log, std::size_t count);

// "a: b: c" is "a", "b" and "c", which is how programs say who complains about what.
std::vector<std::string_view> phrases(std::string_view line);

// Without the quotation marks of tools, ASCII and typographic.
std::string without_quotes(std::string_view text);

// The last word of a text, without its quotation marks.
std::string last_word(std::string_view text);

bool contains(std::string_view text, std::string_view part);
bool contains_one_of(std::string_view text, std::initializer_list<std::string_view> parts);

}  // namespace contract::build
