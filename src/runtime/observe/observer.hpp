// SPDX-License-Identifier: Apache-2.0
//
// The parent's end of the observer process: this binary, started once more as "contract-observe", in which
// every native observation runs in a thread of its own. A stat on a dead network file system hangs that
// process, never this one: observe() gives up at its deadline, and the end of the object kills the process
// without waiting for a thread that the kernel does not let go.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "contract/os/fd.hpp"
#include "facts.hpp"

namespace contract::runtime {

class Observer {
public:
    // Error: system, when the process or its thread cannot be started.
    static Result<std::unique_ptr<Observer>> start();
    ~Observer();
    Observer(const Observer&) = delete;
    Observer& operator=(const Observer&) = delete;

    // Callable from several threads. Facts are unknown when no answer came in time or the process ended.
    Facts observe(const Observation& observation);

private:
    struct Conversation;  // what the reading thread and the callers share
    Observer(pid_t pid, os::Fd socket);
    void listen();

    pid_t pid_;
    os::Fd socket_;
    std::unique_ptr<Conversation> conversation_;
    std::thread listener_;
};

}  // namespace contract::runtime
