// SPDX-License-Identifier: Apache-2.0
//
// Positions in source text, as plain values: a Span can be stored, compared and sent anywhere, and is drawn
// with the text of its file, which the Sources of the report keep in memory. Nothing here opens a file.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "contract/base/file_name.hpp"

namespace contract {

// Lines and columns are 1-based; columns count code points; the end is exclusive. Bytes are offsets in the
// file.
struct Span {
    FileName file;  // relative to the contract directory, "contract.toml"
    int line = 0;
    int column = 0;
    int end_line = 0;
    int end_column = 0;
    std::size_t begin_byte = 0;
    std::size_t end_byte = 0;

    friend bool operator==(const Span&, const Span&) = default;
};

// A value together with where it was written.
template <typename T>
struct Located {
    T value{};
    Span where;

    const T& operator*() const { return value; }
    const T* operator->() const { return &value; }
    friend bool operator==(const Located&, const Located&) = default;
};

// The text of every file that a Span may point into, by the text of Span::file.
using Sources = std::map<std::string, std::string, std::less<>>;

// The span of [begin, end) in text. Offsets past the end are moved to the end; bytes that are not UTF-8 count
// as one column each. Linear in `end`.
Span span_of(FileName file, std::string_view text, std::size_t begin, std::size_t end);

// The byte offset of a 1-based line and column; text.size() when there is no such place.
std::size_t offset_of(std::string_view text, int line, int column);

// Line `number` (1-based) without its line ending; empty when there is none.
std::string_view line_of(std::string_view text, int number);

}  // namespace contract
