// SPDX-License-Identifier: Apache-2.0
//
// Reading archives of every format libarchive knows (tar, zip, cpio, ar; gzip, xz, zstd, bzip2, …), the only
// place that knows libarchive. Nothing is written but blobs of the store.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "contract/store/store.hpp"
#include "tree_builder.hpp"

namespace contract::inputs {

struct ArchiveLimits {
    std::uint64_t entries = 2'000'000;
    std::uint64_t bytes = std::uint64_t{64} << 30;  // of all content together
};

enum class EntryKind { file, directory, symlink, hard_link };

// One entry, its name cleaned: relative, without "." parts and without a slash at the end.
struct ArchiveEntry {
    EntryKind kind = EntryKind::file;
    std::string path;
    std::string target;  // of a symlink as it stands; of a hard link cleaned as a path
    bool executable = false;
    TreeBuilder::File content;  // of a file: stored before the visitor is called
};

enum class Wanted { content, nothing };  // whether a file's content is to be stored

// Calls `visit` for every entry, in order. `want`, where given, is asked before a file's content is read.
// Errors, all with the archive's entry named: bad-archive (malformed, truncated, a warning of libarchive),
// unsupported-entry (absolute path, "..", device, FIFO, socket, set-user-id or set-group-id file, a name that
// is not UTF-8, two entries with one name, two that differ in case alone), archive-too-large, and those of
// the store and of `visit`.
struct ReadOptions {
    ArchiveLimits limits;
    bool drop_set_id = false;  // instead of refusing: for packages of a distribution, whose root is nobody's
    bool allow_repeats = false;  // a later entry replaces an earlier one, as in layers
    bool ignore_devices = false;
    std::function<bool()> interrupted;
};
Result<> read_archive(const std::string& file, const std::string& shown, const ReadOptions& options,
                      store::Store& store, const std::function<Result<>(ArchiveEntry&)>& visit);

// The tree of a whole archive. When everything lies in one top folder, that folder is left out.
Result<Digest> unpack_archive(const std::string& file, const std::string& shown, const ReadOptions& options,
                              store::Store& store);

}  // namespace contract::inputs
