// SPDX-License-Identifier: Apache-2.0
//
// The caller's side while a sandbox runs: its pipes, its limits, and its end. Nothing here knows what is
// inside.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "contract/os/fd.hpp"
#include "contract/sandbox/sandbox.hpp"

namespace contract::sandbox {

struct Channels {
    os::Fd input;         // /dev/null
    os::Fd message;       // to the helper
    os::Pipe log;         // stdout and stderr of the sealed process
    os::Pipe status;      // records
    os::Pipe observer{};  // of an observed run: the helper writes to one end; a pair of sockets
};

// Owns the helper: whatever happens, it is dead and reaped at the end of this object's life.
class Helper {
public:
    explicit Helper(pid_t pid);
    Helper(const Helper&) = delete;
    Helper& operator=(const Helper&) = delete;
    ~Helper();
    // Readable when the helper has ended; negative where the kernel gave none.
    int handle() const { return handle_.get(); }
    // Everything inside dies first, then the helper.
    void end() const;

private:
    pid_t pid_;
    os::Fd handle_;
};

class Watch {
public:
    Watch(Channels& channels, const Helper& helper, const RunLimits& limits,
          const std::function<void(std::string_view)>& log)
        : channels_(channels), helper_(helper), limits_(limits), log_(log) {}

    // Returns when nothing of the sandbox is alive any more; false when it could not be ended.
    bool until_end();
    std::optional<RunResult::End> stopped() const { return stopped_; }  // by us, and why
    bool interrupted() const { return interrupted_; }
    const std::string& records() const { return records_; }
    std::chrono::milliseconds duration() const;  // to the result; the tear-down is not in it

private:
    using Clock = std::chrono::steady_clock;

    int wait_ms() const;
    void stop(RunResult::End why);
    void enforce();
    // Each true while there may be more to read at once.
    bool read_log();
    bool read_status();

    Channels& channels_;
    const Helper& helper_;
    const RunLimits& limits_;
    const std::function<void(std::string_view)>& log_;
    Clock::time_point started_ = Clock::now();
    Clock::time_point last_output_ = started_;
    std::optional<Clock::time_point> over_;  // when the result was known
    std::optional<RunResult::End> stopped_;
    std::uint64_t output_ = 0;
    std::string records_;
    bool interrupted_ = false;
    bool log_open_ = true;
    bool status_open_ = true;
};

}  // namespace contract::sandbox
