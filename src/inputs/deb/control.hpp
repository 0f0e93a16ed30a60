// SPDX-License-Identifier: Apache-2.0
//
// The format of Debian's control files: stanzas of "Name: value" with continuation lines, as in Release,
// Packages and deb822 sources. Everything is a view into the text that was given; nothing is copied.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace contract::inputs::deb {

struct ControlField {
    std::string_view name;   // empty: the line is no field
    std::string_view value;  // trimmed; continuation lines stand in it as they are, with their line breaks
    std::string_view lines;  // the whole field with its last line break
};

// Takes the next field of the stanza at the front of `rest`, or none at its end; blank lines and lines that
// begin with '#' before a stanza are passed over by take_stanza() alone.
std::optional<ControlField> take_field(std::string_view& stanza);

// The next stanza, without the blank lines around it; empty when there is no more.
std::string_view take_stanza(std::string_view& rest);

bool same_name(std::string_view left, std::string_view right);  // names of fields: ASCII case is the same
std::vector<std::string_view> words(std::string_view text);     // between blanks and line breaks

}  // namespace contract::inputs::deb
