// SPDX-License-Identifier: Apache-2.0
//
// The fingerprint is the SHA-256 of (name, type, mode, size, mtime, ctime, inode) of every file. It can miss
// a change only when a file changes twice within one tick of the file system's clock without changing its
// size: so nothing is remembered about files that changed less than `settled` ago, which is git's racy rule
// with the clock made explicit.
#include "source_tree.hpp"

#include <time.h>

#include <algorithm>
#include <array>
#include <map>
#include <thread>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"

namespace contract::pipeline {

namespace {

constexpr std::int64_t settled_ns = 50'000'000;            // several ticks of a kernel clock
constexpr std::int64_t settled_coarse_ns = 2'000'000'000;  // file systems that keep whole seconds

// What was found; of large lists there are no copies.
struct Seen {
    std::string_view name;
    const os::FileStatus* status;
};

std::int64_t now_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

using Statuses = std::vector<std::optional<os::FileStatus>>;

// Part of the list, for one thread.
struct Stretch {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::optional<Error> error;
};

void look_at(const SourceFiles& files, Statuses& statuses, Stretch& stretch) {
    os::StatusReader reader(files.root);
    for (std::size_t index = stretch.begin; index < stretch.end; ++index) {
        auto status = reader.status(files.names[index]);
        if (!status) {
            stretch.error = std::move(status).error();
            return;
        }
        if (*status) statuses[index] = **status;
    }
}

// On several threads: in a large repository nearly all of an unchanged check is this.
Result<Statuses> look(const SourceFiles& files) {
    constexpr std::size_t worth_a_thread = 1000;
    const std::size_t count = files.names.size();
    const auto most = std::min<std::size_t>(os::processor_count(), count / worth_a_thread);
    std::vector<Stretch> stretches(std::max<std::size_t>(most, 1));
    for (std::size_t i = 0; i < stretches.size(); ++i)
        stretches[i] = {count * i / stretches.size(), count * (i + 1) / stretches.size(), {}};
    Statuses statuses(count);
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < stretches.size(); ++i)
        threads.emplace_back(look_at, std::cref(files), std::ref(statuses), std::ref(stretches[i]));
    look_at(files, statuses, stretches.front());
    for (auto& thread : threads) thread.join();
    for (auto& stretch : stretches)
        if (stretch.error) return std::move(*stretch.error);
    return statuses;
}

Result<std::vector<Seen>> seen_in(const SourceFiles& files, const Statuses& statuses) {
    std::vector<Seen> seen;
    seen.reserve(files.names.size());
    for (std::size_t index = 0; index < files.names.size(); ++index) {
        const auto& status = statuses[index];
        if (!status) continue;
        if (status->type == os::FileType::directory || status->type == os::FileType::other)
            return Error{
                "not-a-file",
                "'" + harmless(files.names[index]) + "' is tracked as a file and is now something else",
                Blame::declaration,
                {},
                {},
                {}};
        seen.push_back({files.names[index], &*status});
    }
    return seen;
}

// Numbers as they are in memory: the fingerprint is of this machine alone.
std::string fingerprint(const std::vector<Seen>& seen) {
    std::string tuples;
    tuples.reserve(seen.size() * 96);
    for (const auto& [name, status] : seen) {
        (tuples += name) += '\0';
        const std::array<std::int64_t, 6> numbers{static_cast<std::int64_t>(status->type),
                                                  std::int64_t{status->mode & 0100},
                                                  static_cast<std::int64_t>(status->size),
                                                  status->mtime_ns,
                                                  status->ctime_ns,
                                                  static_cast<std::int64_t>(status->inode)};
        tuples.append(reinterpret_cast<const char*>(numbers.data()), sizeof numbers);
    }
    return Digest::of(tuples).hex();
}

// True when no file can change any more without its stat changing too.
bool has_settled(const std::vector<Seen>& seen, std::int64_t looked_at_ns) {
    return std::all_of(seen.begin(), seen.end(), [&](const Seen& one) {
        const std::int64_t changed = std::max(one.status->mtime_ns, one.status->ctime_ns);
        const bool coarse = one.status->ctime_ns % 1'000'000'000 == 0;
        return changed + (coarse ? settled_coarse_ns : settled_ns) < looked_at_ns;
    });
}

// A directory being put together: files as they come, children by name.
struct Folder {
    core::Directory directory;
    std::map<std::string, Folder> children;
};

Result<> add_file(Folder& folder, const Seen& seen, const std::string& path, store::Store& store,
                  const ReadSource& read) {
    const std::string name = path::name(seen.name);
    TRY_ASSIGN(const auto bytes, read(path));
    if (seen.status->type == os::FileType::symlink) {
        folder.directory.symlinks.push_back({name, bytes});
        return {};
    }
    TRY_ASSIGN(const auto digest, store.add_blob(bytes));
    folder.directory.files.push_back({name, digest, bytes.size(), (seen.status->mode & 0100) != 0});
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

Result<Digest> hash(const std::vector<Seen>& seen, const std::string& root, store::Store& store,
                    const ReadSource& read) {
    Folder top;
    for (const auto& one : seen) {
        Folder* folder = &top;
        auto parts = path::parts(one.name);
        for (std::size_t i = 0; i + 1 < parts.size(); ++i) folder = &folder->children[parts[i]];
        TRY(add_file(*folder, one, path::join(root, one.name), store, read));
    }
    TRY_ASSIGN(const auto stored, store_folder(top, store));
    return stored.digest;
}

}  // namespace

Result<SourceTree> source_tree(const SourceFiles& files, store::Store& store, const ReadSource& read) {
    const auto looked_at = now_ns();
    TRY_ASSIGN(auto statuses, look(files));
    TRY_ASSIGN(const auto seen, seen_in(files, statuses));
    if (seen.empty())
        return Error{"empty-source", "no tracked file is selected", Blame::declaration, {}, {}, {}};
    const std::string key = fingerprint(seen);
    TRY_ASSIGN(const auto remembered, store.recall("source-tree", key));
    if (remembered) {
        const auto digest = Digest::parse(*remembered);
        if (digest && store.has_tree(*digest)) return SourceTree{*digest, std::move(statuses)};
    }
    TRY_ASSIGN(const auto digest, hash(seen, files.root, store, read));
    // Looked at again, since a file may have changed while it was read.
    TRY_ASSIGN(const auto later, look(files));
    TRY_ASSIGN(const auto again, seen_in(files, later));
    if (has_settled(seen, looked_at) && fingerprint(again) == key)
        TRY(store.remember("source-tree", key, digest.text()));
    return SourceTree{digest, std::move(statuses)};
}

}  // namespace contract::pipeline
