// SPDX-License-Identifier: Apache-2.0
#include "paint.hpp"

#include <algorithm>

#include "contract/base/text.hpp"

namespace contract::report {

std::string paint(const Style& style, Ink ink, std::string_view text) {
    if (!style.color || text.empty()) return std::string(text);
    std::string_view code;
    switch (ink) {
        case Ink::error: code = "1;31"; break;
        case Ink::warning: code = "1;33"; break;
        case Ink::good: code = "32"; break;
        case Ink::quiet: code = "2"; break;
        case Ink::gutter: code = "1;34"; break;
        case Ink::bold: code = "1"; break;
    }
    return std::string("\x1b[").append(code).append("m").append(text).append("\x1b[0m");
}

Ink ink_of(core::Severity severity) {
    return severity == core::Severity::error ? Ink::error : Ink::warning;
}

Ink ink_of(core::Outcome outcome) {
    switch (outcome) {
        case core::Outcome::passed: return Ink::good;
        case core::Outcome::failed: return Ink::error;
        case core::Outcome::unknown: return Ink::warning;
        case core::Outcome::blocked:
        case core::Outcome::skipped:
        case core::Outcome::not_applicable: return Ink::quiet;
    }
    return Ink::quiet;
}

std::string duration_text(std::int64_t milliseconds) {
    if (milliseconds < 1000) return std::to_string(milliseconds) + " ms";
    const std::int64_t tenths = (milliseconds + 50) / 100;
    if (tenths < 600) return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
    const std::int64_t seconds = (milliseconds + 500) / 1000;
    if (seconds < 3600) return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
    return std::to_string(seconds / 3600) + " h " + std::to_string(seconds / 60 % 60) + " min";
}

std::string list_text(const std::vector<std::string>& names, std::size_t limit) {
    const std::size_t shown = names.size() <= limit + 1 ? names.size() : limit;  // never "and 1 more"
    std::string out = join({names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown)}, ", ");
    if (shown < names.size()) out += " and " + std::to_string(names.size() - shown) + " more";
    return out;
}

std::string padded(std::string text, int width) {
    const int missing = width - display_width(text);
    return text.append(static_cast<std::size_t>(std::max(missing, 0)), ' ');
}

}  // namespace contract::report
