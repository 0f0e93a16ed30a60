// SPDX-License-Identifier: Apache-2.0
//
// Unified diffs, read and applied to text: exactly, or not at all. What stands around the files of a patch,
// such as the message of a commit, is passed over; what a patch says of a file that is not understood here
// (a binary change, a symlink) is refused, never left out.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace contract::build {

// Why a patch cannot be read or does not apply.
struct PatchProblem {
    std::string message;   // "hunk 2 of 'src/a.c' does not fit"
    std::size_t line = 0;  // of the patch, 1-based
    std::string expected;  // what the patch says of the first line that differs
    std::string found;     // what the file has there; both empty where it is not about lines
    std::string help;
};

struct Hunk {
    struct Line {
        char kind = ' ';     // ' ', '-', '+'
        std::string text;    // with its line end, which the last line of a file may lack
        std::size_t at = 0;  // the line of the patch
    };
    std::size_t start = 0;  // the first old line, 1-based; of no old lines, the one before
    std::vector<Line> lines;
    std::size_t at = 0;
};

// What a patch does to one file.
struct FileChange {
    std::string from;        // relative to the source; empty: the file is new
    std::string to;          // empty: the file is removed
    bool keeps_old = false;  // a copy, not a move
    std::optional<bool> executable;
    std::vector<Hunk> hunks;
    std::size_t at = 0;

    const std::string& name() const { return to.empty() ? from : to; }
};

// The names lose their first part, as with -p1.
std::variant<std::vector<FileChange>, PatchProblem> parse_patch(std::string_view text);

// The new text of a file whose old text is `old`.
std::variant<std::string, PatchProblem> apply_change(const FileChange& change, std::string_view old);

// A text's lines, each with its line end.
std::vector<std::string_view> lines_of(std::string_view text);

}  // namespace contract::build
