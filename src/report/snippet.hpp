// SPDX-License-Identifier: Apache-2.0
//
// Source lines with carets under them, as rustc draws them. Columns of spans are code points; what is drawn
// is counted in columns of a terminal: tabs become spaces, wide characters take two, what is unsafe to print
// takes the width of its escape.
#pragma once

#include <vector>

#include "paint.hpp"

namespace contract::report {

struct Mark {
    Span where;
    std::string text;     // beside the carets; may be empty or have several lines
    bool primary = true;  // ^^^ or ---
};

// The number of digits of the largest line number that will be drawn; at least 1.
int gutter_width(const std::vector<Mark>& marks, const Sources& sources);

// The marks of one file, by line, with "..." for lines left out; ends with a newline. Empty when `sources`
// has no text for that file. Requires marks of one file.
std::string draw(std::vector<Mark> marks, const Sources& sources, int gutter, core::Severity severity,
                 const Style& style);

}  // namespace contract::report
