// SPDX-License-Identifier: Apache-2.0
//
// Text as values: UTF-8, display width, the filter in front of every output, nearest names.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace contract {

// One code point at `offset` and the bytes it takes. A byte that starts no valid sequence (overlong forms and
// surrogates included) is U+FFFD with length 1 and `valid` false. Requires offset < text.size().
struct CodePoint {
    char32_t value;
    std::size_t length;
    bool valid;
};
CodePoint code_point_at(std::string_view text, std::size_t offset);

bool is_utf8(std::string_view text);
std::string encode_utf8(char32_t value);

// Columns of a terminal that a code point takes: 0 for combining marks, 2 for wide ones, else 1.
int display_width(char32_t value);
int display_width(std::string_view text);

// Text that is safe to print: control characters (C0 but \n and \t, DEL, C1), bidirectional overrides and
// invalid bytes become visible escapes such as \x1b. Idempotent.
std::string harmless(std::string_view text);

// The candidate closest to `word` by edit distance, when it is close enough to be a likely slip.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string_view trim(std::string_view text);

// "1 file", "2 files".
std::string count(std::size_t number, std::string_view noun);

// Names as the manifest allows them: [A-Za-z0-9][A-Za-z0-9_-]*, at most `longest` bytes.
bool is_name(std::string_view text, std::size_t longest = 64);

// A double-quoted string with JSON's escapes; valid in TOML too. Invalid UTF-8 becomes U+FFFD.
std::string quoted(std::string_view text);

}  // namespace contract
