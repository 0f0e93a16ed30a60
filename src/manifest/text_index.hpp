// SPDX-License-Identifier: Apache-2.0
//
// A text with its lines and code points counted once, so that any byte offset becomes a Span, and any line
// and column an offset, in logarithmic time. Requires UTF-8; agrees with contract::span_of on it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contract/base/span.hpp"

namespace contract::manifest {

class TextIndex {
public:
    // `text` must outlive the index.
    TextIndex(FileName file, std::string_view text);

    FileName file() const { return file_; }
    std::string_view text() const { return text_; }
    // Offsets past the end are moved to the end.
    Span span(std::size_t begin, std::size_t end) const;
    // The byte at a 1-based line and column; the end of the text when there is no such place.
    std::size_t offset(std::size_t line, std::size_t column) const;

private:
    struct Place {
        int line;
        int column;
    };
    Place place(std::size_t offset) const;
    std::size_t code_points_before(std::size_t offset) const;

    FileName file_;
    std::string_view text_;
    bool ascii_ = false;               // every byte is a code point
    std::vector<std::size_t> lines_;   // the offset of each line
    std::vector<std::size_t> blocks_;  // the code points before each block of block_size bytes
};

}  // namespace contract::manifest
