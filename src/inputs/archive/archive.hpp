// SPDX-License-Identifier: Apache-2.0
//
// Reading archives (tar, zip, cpio, ar; plain or compressed with gzip, bzip2, xz, zstd, lzma, lzip, lz4,
// compress) without doing anything they say to a file system: nothing is written but blobs of the store, and
// nothing an archive claims about itself is believed before it was counted.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "bytes.hpp"
#include "contract/store/store.hpp"
#include "tree_builder.hpp"

namespace contract::inputs {

struct ArchiveLimits {
    std::uint64_t entries = 2'000'000;
    std::uint64_t bytes = std::uint64_t{64} << 30;  // of all content together
    // What a file may grow to: this many times its size, or so many bytes, whichever is more.
    std::uint64_t growth = 1000;
    std::uint64_t free_growth = std::uint64_t{1} << 30;
};

enum class EntryKind { file, directory, symlink, hard_link };

// One entry, its name cleaned: relative, without "." parts and without a slash at the end.
struct ArchiveEntry {
    EntryKind kind = EntryKind::file;
    std::string path;
    std::string target;  // of a symlink as it stands; of a hard link cleaned as a path
    bool executable = false;
    TreeBuilder::File content;  // of a file: stored before the visitor is called; not with Content::in_memory
    std::string bytes;          // of a file, with Content::in_memory
};

// What happens to the content of files.
enum class Content { stored, in_memory };

struct ReadOptions {
    ArchiveLimits limits{};
    bool drop_set_id = false;  // instead of refusing: for packages of a distribution, whose root is nobody's
    bool allow_repeats = false;  // a later entry replaces an earlier one, as in layers
    bool ignore_devices = false;
    bool absolute_from_top = false;  // "/bin/x" is "bin/x" instead of refused, as in layers
    Content content = Content::stored;
    std::function<bool()> interrupted{};
};

using EntryVisitor = std::function<Result<>(ArchiveEntry&)>;

// Calls `visit` for every entry, in order; `shown` names the archive in messages and must hold no secret. The
// top folder itself ("./") is no entry. A hard link that brings the content along (cpio) is told as a file at
// its target first. Errors, all with the archive's entry named: bad-archive (malformed, truncated, compressed
// twice, a warning of libarchive), unsupported-entry (absolute path, "..", device, FIFO, socket, set-user-id
// or set-group-id file, control characters or a name that is not UTF-8, two entries with one name unless both
// are folders), archive-too-large, interrupted, and those of the store and of `visit`.
Result<> read_archive(const std::string& file, const std::string& shown, const ReadOptions& options,
                      store::Store& store, const EntryVisitor& visit);

// A member of an `ar` archive, while it is visited. One of the two may be called, once.
struct ArchiveMember {
    std::string name;
    std::function<Result<std::string>(std::uint64_t limit)> read;  // bad-archive when it is longer
    std::function<Result<>(const ReadOptions&, const EntryVisitor&)> read_tar;  // as read_archive
};

// The members of an `ar` archive, in order, as a stream: a Debian package is one with tar archives in it.
Result<> read_members(const std::string& file, const std::string& shown,
                      const std::function<bool()>& interrupted, store::Store& store,
                      const std::function<Result<>(ArchiveMember&)>& visit);

// The tree of a whole archive. When everything lies in one top folder, that folder is left out. Refuses
// with unsupported-entry, beside what read_archive refuses, names in one folder that differ in case alone.
Result<Digest> unpack_archive(const std::string& file, const std::string& shown, const ReadOptions& options,
                              store::Store& store);

}  // namespace contract::inputs
