// SPDX-License-Identifier: Apache-2.0
//
// A process that is stopped in a system call, as its observer sees it: memory, file system, ancestors. Every
// answer may be empty: the process can be killed at any moment.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "contract/os/fd.hpp"
#include "contract/sandbox/observation.hpp"

namespace contract::sandbox {

class Caller {
public:
    // `helper`: as for Observer. Ids are those of this machine.
    Caller(pid_t pid, pid_t helper) : pid_(pid), helper_(helper) {}

    // Up to its zero byte.
    std::optional<std::string> text_at(std::uint64_t address) const;
    std::optional<std::string> bytes_at(std::uint64_t address, std::size_t size) const;

    // Where a relative path starts: at the descriptor, or the working directory for AT_FDCWD.
    std::optional<std::string> folder(int descriptor) const;

    // read_only: there, on a file system that nobody may write. unknown: the call that tells is refused here.
    enum class There { no, yes, read_only, unknown };
    There look(const std::string& path) const;

    Processes processes() const;

private:
    pid_t pid_;
    pid_t helper_;
};

}  // namespace contract::sandbox
