// SPDX-License-Identifier: Apache-2.0
//
// Colours as the style allows them, lengths of time as people read them, and lists that stay readable.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "contract/core/finding.hpp"
#include "contract/report/report.hpp"

namespace contract::report {

enum class Ink { error, warning, good, quiet, gutter, bold };

// `text` in that ink; unchanged without colour or when it is empty.
std::string paint(const Style& style, Ink ink, std::string_view text);
Ink ink_of(core::Severity severity);
Ink ink_of(core::Outcome outcome);

// "3 ms", "8.4 s", "3 min 12 s", "2 h 5 min".
std::string duration_text(std::int64_t milliseconds);

// "a, b, c and 61 more"; at most `limit` names.
std::string list_text(const std::vector<std::string>& names, std::size_t limit);

// Padded on the right to `width` columns.
std::string padded(std::string text, int width);

}  // namespace contract::report
