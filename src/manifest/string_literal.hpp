// SPDX-License-Identifier: Apache-2.0
//
// The four kinds of TOML string, decoded with the source bytes of every piece. Decodes as toml++ does.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace contract::manifest {

// Bytes of the decoded string and the source bytes they come from: one character, or one escape.
struct Piece {
    std::size_t decoded;  // where its bytes start in the decoded string
    std::size_t begin;    // in the literal
    std::size_t end;
};

struct DecodedString {
    std::string value;
    std::vector<Piece> pieces;  // in order; a multi-line string has none for what it drops
    std::size_t close = 0;      // where the closing quotes start
    bool is_string = false;     // false: the literal starts with no quote
};

// `literal` is the whole TOML string with its quotes.
DecodedString decode_string(std::string_view literal);

}  // namespace contract::manifest
