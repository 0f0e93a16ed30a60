// SPDX-License-Identifier: Apache-2.0
//
// One archive while it is read: libarchive's calls as Results. Knows formats, filters and the locale that
// libarchive needs, nothing of trees and stores. It never runs a program and never opens a file that an
// archive names, so formats and filters that would are not among those it takes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bytes.hpp"
#include "contract/base/result.hpp"
#include "library.hpp"

namespace contract::inputs {

enum class Formats {
    any,  // tar, zip, cpio, ar
    tar,
    ar,
    raw,  // no archive but one compressed file: a single entry
};

struct StreamOptions {
    Formats formats = Formats::any;
    std::string shown;                           // the archive's name in messages
    std::uint64_t inflated = ~std::uint64_t{0};  // bytes after decompression that are looked at
    std::function<bool()> interrupted{};
};

class ArchiveStream {
public:
    // Errors of all: bad-archive, archive-too-large, system, and those of the source of bytes.
    static Result<ArchiveStream> open(Bytes bytes, StreamOptions options);
    ArchiveStream(ArchiveStream&&) noexcept;
    ~ArchiveStream();

    // The next entry, valid until the next call; null at the end. What is left of the last one is skipped.
    Result<archive_entry*> next();
    // What libarchive found odd about the entry, though it could be read.
    const std::optional<std::string>& warning() const;
    // A piece of the entry's content; none at its end. Between the pieces there may be gaps, which read as
    // zeros.
    struct Piece {
        std::string_view bytes;
        std::uint64_t offset = 0;
    };
    Result<std::optional<Piece>> read();
    bool is_zip() const;
    const ArchiveLibrary& library() const;

    // bad-archive with the reason, and the name of the entry that next() gave last.
    Error bad(std::string_view reason) const;
    void name_entry(std::string_view shown);  // for messages from now on

private:
    struct State;
    explicit ArchiveStream(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace contract::inputs
