// SPDX-License-Identifier: Apache-2.0
#include "text_index.hpp"

#include <algorithm>

namespace contract::manifest {

namespace {

constexpr std::size_t block_size = 64;

bool starts_code_point(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

}  // namespace

TextIndex::TextIndex(FileName file, std::string_view text) : file_(file), text_(text), lines_{0} {
    std::size_t points = 0;
    for (std::size_t offset = 0; offset < text_.size(); ++offset) {
        if (offset % block_size == 0) blocks_.push_back(points);
        if (starts_code_point(text_[offset])) ++points;
        if (text_[offset] == '\n') lines_.push_back(offset + 1);
    }
    if (text_.size() % block_size == 0) blocks_.push_back(points);
    ascii_ = points == text_.size();
}

std::size_t TextIndex::code_points_before(std::size_t offset) const {
    if (ascii_) return offset;
    std::size_t points = blocks_[offset / block_size];
    for (std::size_t at = offset / block_size * block_size; at < offset; ++at)
        if (starts_code_point(text_[at])) ++points;
    return points;
}

TextIndex::Place TextIndex::place(std::size_t offset) const {
    const auto line = std::prev(std::upper_bound(lines_.begin(), lines_.end(), offset));
    return {static_cast<int>(line - lines_.begin()) + 1,
            static_cast<int>(code_points_before(offset) - code_points_before(*line)) + 1};
}

Span TextIndex::span(std::size_t begin, std::size_t end) const {
    begin = std::min(begin, text_.size());
    end = std::clamp(end, begin, text_.size());
    const Place first = place(begin);
    // Most things end on the line they begin on, and ASCII in as many columns as it has bytes.
    const auto next_line = static_cast<std::size_t>(first.line);
    const bool one_line = next_line == lines_.size() || end < lines_[next_line];
    const Place last =
        one_line && ascii_ ? Place{first.line, first.column + static_cast<int>(end - begin)} : place(end);
    return {file_, first.line, first.column, last.line, last.column, begin, end};
}

std::size_t TextIndex::offset(std::size_t line, std::size_t column) const {
    if (line == 0 || column == 0 || line > lines_.size()) return text_.size();
    const std::size_t wanted = code_points_before(lines_[line - 1]) + column - 1;
    if (ascii_) return std::min(wanted, text_.size());
    const auto block = std::prev(std::upper_bound(blocks_.begin(), blocks_.end(), wanted));
    std::size_t points = *block;
    std::size_t at = static_cast<std::size_t>(block - blocks_.begin()) * block_size;
    for (; at < text_.size(); ++at) {
        if (!starts_code_point(text_[at])) continue;
        if (points == wanted) break;
        ++points;
    }
    return at;
}

}  // namespace contract::manifest
