// SPDX-License-Identifier: Apache-2.0
//
// A file below tmp/ while it is written: removed at the end of its life unless it was renamed to where it
// belongs. Knows modes and times that everything in the store has, nothing of digests.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <utility>

#include "contract/base/result.hpp"
#include "contract/os/fd.hpp"

namespace contract::store {

// Every file and directory has this modification time: 1980-01-01, because zip refuses less.
inline constexpr std::int64_t canonical_mtime = 315532800;
extern const timespec canonical_times[2];

enum class Kind { plain, executable };

// The permissions of a file of the store, whether blob or in a store path, and of a directory in one.
mode_t mode_of(Kind kind);
inline constexpr mode_t directory_mode = 0555;

// Owner, mode and times as files of the store have them. `name` is for messages.
Result<> make_canonical(int fd, Kind kind, const std::string& name);

class Aside {
public:
    static Result<Aside> create(const std::string& home);
    Aside(Aside&& other) noexcept : fd_(std::move(other.fd_)), path_(std::exchange(other.path_, {})) {}
    Aside& operator=(Aside&&) = delete;
    ~Aside();
    int fd() const { return fd_.get(); }
    const std::string& path() const { return path_; }

private:
    Aside() = default;
    os::Fd fd_;
    std::string path_;
};

}  // namespace contract::store
