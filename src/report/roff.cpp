// SPDX-License-Identifier: Apache-2.0
#include "roff.hpp"

namespace contract::report {

namespace {

void escape(std::string& out, char c) {
    if (c == '\\')
        out += "\\e";
    else if (c == '-')
        out += "\\-";
    else
        out += c;
}

// A line that starts with a control character is a request.
std::string guarded(std::string text) {
    if (text.starts_with('.') || text.starts_with('\'')) text.insert(0, "\\&");
    return text;
}

}  // namespace

std::string roff(std::string_view text) {
    std::string out;
    for (const char c : text) escape(out, c);
    return guarded(std::move(out));
}

std::string roff_with_words(std::string_view text) {
    std::string out;
    bool bold = false;
    for (const char c : text) {
        if (c != '`') {
            escape(out, c);
            continue;
        }
        bold = !bold;
        out += bold ? "\\fB" : "\\fR";
    }
    return guarded(std::move(out));
}

}  // namespace contract::report
