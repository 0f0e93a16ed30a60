// SPDX-License-Identifier: Apache-2.0
//
// The caller's side of an observed run: a thread that is told of each observed system call, looks, and lets
// it go on unchanged. It decides nothing: what it sees may change under its eyes.
#pragma once

#include <sys/types.h>

#include <optional>
#include <thread>

#include "contract/os/fd.hpp"
#include "contract/sandbox/observation.hpp"

namespace contract::sandbox {

class Observer {
public:
    // `socket`: where the listener comes from; `helper`: the process whose child is process 1.
    Observer(os::Fd socket, pid_t helper);
    Observer(const Observer&) = delete;
    Observer& operator=(const Observer&) = delete;
    ~Observer();
    // After the end of the sandbox. None when nothing could be observed here.
    std::optional<Observation> finish();

private:
    void watch();
    void stop();

    os::Fd socket_;
    os::Fd ended_;  // an event
    pid_t helper_;
    std::optional<Observation> observation_;  // the thread's until it has ended
    std::thread thread_;
};

}  // namespace contract::sandbox
