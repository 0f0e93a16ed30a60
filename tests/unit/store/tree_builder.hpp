// SPDX-License-Identifier: Apache-2.0
//
// A store and a tree with one of everything, for the tests of this room.
#pragma once

#include <sys/stat.h>

#include <chrono>
#include <thread>

#include "contract/os/file.hpp"
#include "contract/store/store.hpp"
#include "temporary.hpp"

namespace contract::test {

// Every kind of entry, at `top` below `where`: names that sort differently by byte and by folder, non-ASCII
// and astral names, empty file and folder, executables, symlinks that dangle, loop and point outside.
inline void make_sample(const TempDir& where, const std::string& top) {
    where.write(top + "/b/inner.txt", "inner\n");
    where.write(top + "/b-c", "dash\n");
    where.write(top + "/b.c", "dot\n");
    where.write(top + "/empty", "");
    where.write(top + "/empty.sh", "", 0755);
    where.write(top + "/bin/run", "#!/bin/sh\necho hello\n", 0755);
    where.write(top + "/bin/same-but-plain", "#!/bin/sh\necho hello\n", 0644);
    where.write(top + "/caf\xC3\xA9", "non-ASCII\n");
    where.write(top + "/\xF0\x9F\x8C\x8D", "astral\n");
    os::make_directories(where / (top + "/hollow/nested")).value();
    os::make_symlink("b/inner.txt", where / (top + "/link")).value();
    os::make_symlink("nowhere", where / (top + "/dangling")).value();
    os::make_symlink("loop", where / (top + "/loop")).value();
    os::make_symlink("../..", where / (top + "/hollow/up")).value();
    os::make_symlink("/etc/passwd", where / (top + "/absolute")).value();
}

inline store::Store open_store(const TempDir& where) {
    return store::Store::open(where / "home").value();
}
// A store that opens when the clock of files, which goes in steps, has gone on: what is as old as the lease
// of whoever collects is not removed.
inline store::Store open_later(const TempDir& where) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return open_store(where);
}

inline core::StorePath store_path(std::string_view seed, std::string_view name = "sample") {
    return {Digest::of(seed), name};
}

inline store::ResultRow row_for(std::string_view action, const core::StorePath& output, const Digest& tree) {
    store::ResultRow row;
    row.action = Digest::of(action);
    row.output = output;
    row.tree = tree;
    return row;
}

inline os::FileStatus status_of(const std::string& path) {
    return os::status(path).value().value();
}

}  // namespace contract::test
