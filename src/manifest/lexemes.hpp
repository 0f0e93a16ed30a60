// SPDX-License-Identifier: Apache-2.0
//
// Where the pieces of TOML text end. These functions find extents in text that toml++ has accepted, or up to
// the place where it stopped; on anything else they still end, inside the text, with no promise about where.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace contract::manifest {

// A half-open range of bytes.
struct Extent {
    std::size_t begin = 0;
    std::size_t end = 0;
};

struct Segment {
    std::string name;  // decoded
    Extent extent;
};

bool is_blank(char c);  // space or tab

// Behind the string literal, comment, table header ("[a]" or "[[a]]") or value that starts at `begin`.
std::size_t end_of_string(std::string_view text, std::size_t begin);
std::size_t end_of_comment(std::string_view text, std::size_t begin);
std::size_t end_of_header(std::string_view text, std::size_t begin);
std::size_t end_of_value(std::string_view text, std::size_t begin);
// Behind spaces, tabs, line ends and comments.
std::size_t skip_gap(std::string_view text, std::size_t begin);

// Behind the part of a dotted key that starts at `begin`.
std::size_t end_of_key_part(std::string_view text, std::size_t begin);
// The parts of the dotted key at `begin`; `end` is moved behind it and the blanks that follow.
std::vector<Segment> key_at(std::string_view text, std::size_t begin, std::size_t& end);

// Where the nesting of brackets and of the dots of keys may first be deeper than `limit`; none when it surely
// never is.
std::optional<std::size_t> deeper_than(std::string_view text, std::size_t limit);

}  // namespace contract::manifest
