// SPDX-License-Identifier: Apache-2.0
//
// The fingerprint is the SHA-256 of (name, type, mode, size, mtime, ctime, inode) of every file. It can miss
// a change only when a file changes twice within one tick of the file system's clock without changing its
// size: so nothing is remembered about files that changed less than `settled` ago, which is git's racy rule
// with the clock made explicit.
#include "source_tree.hpp"

#include <time.h>

#include <algorithm>
#include <map>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"

namespace contract::pipeline {

namespace {

constexpr std::int64_t settled_ns = 50'000'000;            // several ticks of a kernel clock
constexpr std::int64_t settled_coarse_ns = 2'000'000'000;  // file systems that keep whole seconds

struct Seen {
    const SourceFile* file;
    os::FileStatus status;
};

std::int64_t now_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

Result<std::vector<Seen>> look(const std::vector<SourceFile>& files) {
    std::vector<Seen> seen;
    seen.reserve(files.size());
    for (const auto& file : files) {
        TRY_ASSIGN(const auto status, os::status(file.path));
        if (!status) continue;
        if (status->type == os::FileType::directory || status->type == os::FileType::other)
            return Error{"not-a-file",
                         "'" + harmless(file.name) + "' is tracked as a file and is now something else",
                         Blame::declaration,
                         {},
                         {},
                         {}};
        seen.push_back({&file, *status});
    }
    return seen;
}

std::string fingerprint(const std::vector<Seen>& seen) {
    std::string tuples;
    tuples.reserve(seen.size() * 96);
    for (const auto& [file, status] : seen) {
        (tuples += file->name) += '\0';
        for (const std::int64_t number :
             {static_cast<std::int64_t>(status.type), std::int64_t{status.mode & 0100},
              static_cast<std::int64_t>(status.size), status.mtime_ns, status.ctime_ns,
              static_cast<std::int64_t>(status.inode)})
            (tuples += std::to_string(number)) += ' ';
    }
    return Digest::of(tuples).hex();
}

// True when no file can change any more without its stat changing too.
bool has_settled(const std::vector<Seen>& seen, std::int64_t looked_at_ns) {
    return std::all_of(seen.begin(), seen.end(), [&](const Seen& one) {
        const std::int64_t changed = std::max(one.status.mtime_ns, one.status.ctime_ns);
        const bool coarse = one.status.ctime_ns % 1'000'000'000 == 0;
        return changed + (coarse ? settled_coarse_ns : settled_ns) < looked_at_ns;
    });
}

// A directory being put together: files as they come, children by name.
struct Folder {
    core::Directory directory;
    std::map<std::string, Folder> children;
};

Result<> add_file(Folder& folder, const Seen& seen, store::Store& store, const ReadSource& read) {
    const std::string name = path::name(seen.file->name);
    TRY_ASSIGN(const auto bytes, read(*seen.file));
    if (seen.status.type == os::FileType::symlink) {
        folder.directory.symlinks.push_back({name, bytes});
        return {};
    }
    TRY_ASSIGN(const auto digest, store.add_blob(bytes));
    folder.directory.files.push_back({name, digest, bytes.size(), (seen.status.mode & 0100) != 0});
    return {};
}

struct Stored {
    Digest digest;
    std::uint64_t size = 0;
};

Result<Stored> store_folder(Folder& folder, store::Store& store) {
    for (auto& [name, child] : folder.children) {
        TRY_ASSIGN(const auto stored, store_folder(child, store));
        folder.directory.directories.push_back({name, stored.digest, stored.size});
    }
    TRY_ASSIGN(const auto digest, store.add_directory(folder.directory));
    TRY_ASSIGN(const auto encoded, core::encode(folder.directory));
    return Stored{digest, encoded.size()};
}

Result<Digest> hash(const std::vector<Seen>& seen, store::Store& store, const ReadSource& read) {
    Folder top;
    for (const auto& one : seen) {
        Folder* folder = &top;
        auto parts = path::parts(one.file->name);
        for (std::size_t i = 0; i + 1 < parts.size(); ++i) folder = &folder->children[parts[i]];
        TRY(add_file(*folder, one, store, read));
    }
    TRY_ASSIGN(const auto stored, store_folder(top, store));
    return stored.digest;
}

}  // namespace

Result<Digest> source_tree(const std::vector<SourceFile>& files, store::Store& store,
                           const ReadSource& read) {
    const auto looked_at = now_ns();
    TRY_ASSIGN(const auto seen, look(files));
    if (seen.empty())
        return Error{"empty-source", "no tracked file is selected", Blame::declaration, {}, {}, {}};
    const std::string key = fingerprint(seen);
    TRY_ASSIGN(const auto remembered, store.recall("source-tree", key));
    if (remembered) {
        const auto digest = Digest::parse(*remembered);
        if (digest && store.has_tree(*digest)) return *digest;
    }
    TRY_ASSIGN(const auto digest, hash(seen, store, read));
    // Looked at again, since a file may have changed while it was read.
    TRY_ASSIGN(const auto again, look(files));
    if (has_settled(seen, looked_at) && fingerprint(again) == key)
        TRY(store.remember("source-tree", key, digest.text()));
    return digest;
}

}  // namespace contract::pipeline
