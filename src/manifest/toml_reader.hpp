// SPDX-License-Identifier: Apache-2.0
//
// TOML text → Value in which every key and value has its Span. The border of toml++: the text decides where
// things end, the library only where they begin, because its own ends are not those of the document.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "contract/core/value.hpp"
#include "text_index.hpp"

namespace contract::manifest {

// Brackets and dotted parts may nest this deep in one table or value. A tree can be twice as deep.
inline constexpr std::size_t deepest_nesting = 100;

struct SyntaxError {
    std::size_t offset = 0;  // the byte where toml++ stopped
    std::string scope;       // "string", "table header", "key-value pair"
    std::string reason;      // in the words of toml++
};

// Requires UTF-8 without NUL, no larger and no deeper than the limits. The root's span is empty, at the
// start.
std::variant<core::Value, SyntaxError> read_toml(const TextIndex& index);

}  // namespace contract::manifest
