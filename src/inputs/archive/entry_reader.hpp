// SPDX-License-Identifier: Apache-2.0
//
// Turns the entries of a stream into ArchiveEntry values: the one place where names, kinds, sizes and modes
// of an archive are judged.
#pragma once

#include <string>
#include <unordered_map>

#include "archive.hpp"
#include "stream.hpp"

namespace contract::inputs {

class EntryReader {
public:
    // `most` bytes of content together. All are kept by reference.
    EntryReader(ArchiveStream& stream, const ReadOptions& options, std::uint64_t most, store::Store& store)
        : stream_(stream), library_(stream.library()), options_(options), most_(most), store_(store) {}

    Result<> read_all(const EntryVisitor& visit);

private:
    Result<> one(archive_entry* raw, const EntryVisitor& visit);
    Result<std::string> clean_path(std::string_view raw, std::string_view role);
    Result<> judge_kind(archive_entry* raw, ArchiveEntry& entry, bool& ignored) const;
    Result<> remember(const ArchiveEntry& entry);
    Result<> hard_link(archive_entry* raw, ArchiveEntry& entry, const EntryVisitor& visit);
    Result<> content(archive_entry* raw, ArchiveEntry& entry);
    template <typename Sink>
    Result<std::uint64_t> pieces(std::uint64_t declared, Sink sink);
    Result<> spend(std::uint64_t bytes);
    Error unsupported(std::string_view why) const;
    Error too_large(std::uint64_t wanted, std::string_view unit) const;

    ArchiveStream& stream_;
    const ArchiveLibrary& library_;
    const ReadOptions& options_;
    std::uint64_t most_;
    store::Store& store_;
    std::string shown_;  // the entry at hand
    std::unordered_map<std::string, EntryKind> seen_;
    std::uint64_t entries_ = 0;
    std::uint64_t bytes_ = 0;
};

}  // namespace contract::inputs
