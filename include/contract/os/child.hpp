// SPDX-License-Identifier: Apache-2.0
//
// A program that is talked to while it runs: both of its standard streams are one socket, whose other end is
// ours. What it says on standard error is kept.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "contract/base/result.hpp"
#include "contract/os/fd.hpp"
#include "contract/os/process.hpp"

namespace contract::os {

class Child {
public:
    // command[0] as in ProcessRequest. Errors: program-missing, system.
    static Result<Child> start(const std::vector<std::string>& command, const Environment& environment);
    Child(Child&& other) noexcept;
    Child& operator=(Child&&) = delete;
    // As finish().
    ~Child();

    int socket() const { return socket_.get(); }
    // Ends the conversation: it sees the end of its input and goes; what does not go within two seconds is
    // killed. Returns what it said on standard error, 64 KiB at most.
    std::string finish();

private:
    Child() = default;
    Fd socket_;
    Fd errors_;
    pid_t pid_ = -1;
};

// Waits until a socket is ready for `events` (POLLIN, POLLOUT).
enum class Ready { yes, silent, interrupted };
Ready wait_ready(int fd, short events, int limit_ms, const std::function<bool()>& interrupted);

}  // namespace contract::os
