// SPDX-License-Identifier: Apache-2.0
#include "../../../src/store/group_sync.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

using namespace contract;
using store::GroupSync;

TEST_CASE("threads that wait together share a sync, and none is content with one that began before it came") {
    constexpr int threads = 8;
    std::atomic<int> syncs{0};
    std::mutex mutex;
    std::condition_variable changed;
    bool held = true;
    GroupSync group([&]() -> Result<> {
        // The first one lasts until all the others wait.
        std::unique_lock lock(mutex);
        ++syncs;
        changed.notify_all();
        changed.wait(lock, [&] { return !held; });
        return {};
    });
    std::vector<std::thread> waiting;
    std::atomic<int> safe{0};
    const auto wait = [&] { safe += group.wait() ? 1 : 0; };
    waiting.emplace_back(wait);
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return syncs == 1; });
    }
    for (int i = 1; i < threads; ++i) waiting.emplace_back(wait);
    while (group.waiting() < threads) std::this_thread::yield();
    {
        const std::lock_guard lock(mutex);
        held = false;
        changed.notify_all();
    }
    for (auto& thread : waiting) thread.join();
    CHECK(safe == threads);
    CHECK(syncs == 2);
    CHECK(group.wait());
    CHECK(syncs == 3);
}

TEST_CASE("after a sync that failed nothing counts as safe any more") {
    bool fails = true;
    GroupSync group([&]() -> Result<> {
        if (fails) return Error{"system", "the disk is gone", Blame::environment, {}, {}, {}};
        return {};
    });
    CHECK(group.wait().error().message == "the disk is gone");
    fails = false;
    CHECK(group.wait().error().message == "the disk is gone");
}
