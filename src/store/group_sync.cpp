// SPDX-License-Identifier: Apache-2.0
#include "group_sync.hpp"

namespace contract::store {

Result<> GroupSync::wait() {
    std::unique_lock lock(mutex_);
    const std::uint64_t own = ++wanted_;
    ++waiting_;
    while (covered_ < own) {
        if (running_) {
            ended_.wait(lock);
            continue;
        }
        // Calls that come from here on may have written after the sync began: they are the next one's.
        const std::uint64_t covers = wanted_;
        running_ = true;
        lock.unlock();
        auto synced = sync_();
        lock.lock();
        running_ = false;
        covered_ = covers;
        if (!synced && !failed_) failed_ = std::move(synced).error();
        ended_.notify_all();
    }
    --waiting_;
    if (failed_) return *failed_;
    return {};
}

std::uint64_t GroupSync::waiting() {
    const std::lock_guard lock(mutex_);
    return waiting_;
}

}  // namespace contract::store
