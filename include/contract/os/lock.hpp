// SPDX-License-Identifier: Apache-2.0
//
// Locks between processes: flock on a file that is created when missing and never removed.
#pragma once

#include <string>

#include "contract/base/result.hpp"
#include "contract/os/fd.hpp"

namespace contract::os {

class FileLock {
public:
    enum class Wait { forever, no };
    // Held until the end of the object's life. With Wait::no, a lock held elsewhere is error locked, which
    // names the holder's pid where the holder wrote it.
    static Result<FileLock> take(const std::string& path, Wait wait);

private:
    explicit FileLock(Fd fd) : fd_(std::move(fd)) {}
    Fd fd_;
};

}  // namespace contract::os
