// SPDX-License-Identifier: Apache-2.0
//
// One syncfs for all threads that wait for one. A sync waits for everything that any program has written to
// the file system, so ten actions that end close together should not wait for ten.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>

#include "contract/base/result.hpp"

namespace contract::store {

class GroupSync {
public:
    explicit GroupSync(std::function<Result<>()> sync) : sync_(std::move(sync)) {}

    // What this thread wrote before the call is on disk afterwards: a sync that began later than the call has
    // ended. After one has failed every later call fails as well, since nobody knows what was lost.
    Result<> wait();

    // Calls that have not returned yet.
    std::uint64_t waiting();

private:
    std::function<Result<>()> sync_;
    std::mutex mutex_;
    std::condition_variable ended_;
    std::uint64_t wanted_ = 0;   // calls so far
    std::uint64_t covered_ = 0;  // of them, those whose sync has ended
    std::uint64_t waiting_ = 0;
    bool running_ = false;
    std::optional<Error> failed_;
};

}  // namespace contract::store
