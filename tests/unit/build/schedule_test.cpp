// SPDX-License-Identifier: Apache-2.0
#include "../../../src/build/schedule.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>
#include <set>

#include "contract/base/result.hpp"

using namespace contract;
using namespace contract::build;

namespace {

Task needs(std::vector<std::size_t> indices) {
    return {std::move(indices), std::nullopt};
}

std::vector<State> run(const std::vector<Task>& tasks, unsigned jobs,
                       const std::function<State(std::size_t)>& work) {
    return run_schedule(
        tasks, jobs, [&](std::size_t index, const auto&) { return work(index); }, nullptr);
}

}  // namespace

TEST_CASE("one thread works in the order of the list as far as needs allow", "[schedule]") {
    std::vector<std::size_t> order;
    const auto ends = run({needs({}), needs({0}), needs({}), needs({1, 2})}, 1, [&](std::size_t index) {
        order.push_back(index);
        return State::passed;
    });
    CHECK(order == std::vector<std::size_t>{0, 1, 2, 3});
    CHECK(ends == std::vector(4, State::passed));
}

TEST_CASE("a failure blocks what needs it, near and far, and nothing else", "[schedule]") {
    std::set<std::size_t> ran;
    const auto ends =
        run({needs({}), needs({0}), needs({1}), needs({}), needs({3})}, 1, [&](std::size_t index) {
            ran.insert(index);
            return index == 0 ? State::failed : State::passed;
        });
    CHECK(ends == std::vector{State::failed, State::blocked, State::blocked, State::passed, State::passed});
    CHECK(ran == std::set<std::size_t>{0, 3, 4});
}

TEST_CASE("what is known already is not worked on and counts for what needs it", "[schedule]") {
    std::set<std::size_t> ran;
    const std::vector<Task> tasks{{{}, State::passed}, needs({0}), {{}, State::failed},
                                  needs({2}),          needs({3}), {{3}, State::passed}};
    const auto ends = run(tasks, 4, [&](std::size_t index) {
        ran.insert(index);
        return State::passed;
    });
    CHECK(ran == std::set<std::size_t>{1});
    CHECK(ends == std::vector{State::passed, State::passed, State::failed, State::blocked, State::blocked,
                              State::passed});
}

TEST_CASE("independent tasks run at the same time", "[schedule]") {
    std::mutex mutex;
    std::condition_variable changed;
    int together = 0;
    // Each waits until the other has begun: with one thread neither could pass.
    const auto ends = run({needs({}), needs({})}, 2, [&](std::size_t) {
        std::unique_lock lock(mutex);
        ++together;
        changed.notify_all();
        const bool met = changed.wait_for(lock, std::chrono::seconds(20), [&] { return together == 2; });
        return met ? State::passed : State::failed;
    });
    CHECK(ends == std::vector(2, State::passed));
}

TEST_CASE("never more tasks run at once than there are jobs", "[schedule]") {
    std::atomic<int> running{0}, most{0};
    run(std::vector<Task>(50), 3, [&](std::size_t) {
        const int now = ++running;
        int seen = most;
        while (seen < now && !most.compare_exchange_weak(seen, now)) {
        }
        --running;
        return State::passed;
    });
    CHECK(most <= 3);
}

TEST_CASE("another task begins once one has let go, and what needs that one waits for its end",
          "[schedule]") {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::size_t> begun;
    const auto ends = run_schedule(
        {needs({}), needs({0}), needs({})}, 1,
        [&](std::size_t index, const auto& let_go) {
            std::unique_lock lock(mutex);
            begun.push_back(index);
            changed.notify_all();
            if (index != 0) return State::passed;
            lock.unlock();
            let_go();
            let_go();  // the second time it has nothing left to give
            lock.lock();
            const bool other =
                changed.wait_for(lock, std::chrono::seconds(60), [&] { return begun.size() > 1; });
            return other ? State::passed : State::failed;
        },
        nullptr);
    CHECK(begun == std::vector<std::size_t>{0, 2, 1});
    CHECK(ends == std::vector(3, State::passed));
}

TEST_CASE("an order to stop leaves the rest unstarted", "[schedule]") {
    int ran = 0;
    const auto ends = run_schedule(
        {needs({}), needs({}), needs({1})}, 1,
        [&](std::size_t, const auto&) {
            ++ran;
            return State::passed;
        },
        [&] { return ran == 1; });
    CHECK(ran == 1);
    CHECK(ends == std::vector{State::passed, State::unstarted, State::unstarted});
}

TEST_CASE("a task that was interrupted ends the run, though others need it", "[schedule]") {
    const auto ends = run({needs({}), needs({0})}, 2, [](std::size_t) { return State::unstarted; });
    CHECK(ends == std::vector{State::unstarted, State::unstarted});
}

TEST_CASE("what a task throws is thrown to the caller, after the others have ended", "[schedule]") {
    CHECK_THROWS_AS(run({needs({}), needs({}), needs({0})}, 2,
                        [](std::size_t index) -> State {
                            if (index == 0) throw InternalError("broken");
                            return State::passed;
                        }),
                    InternalError);
    CHECK_THROWS_AS(run({needs({1}), needs({})}, 1, [](std::size_t) { return State::passed; }),
                    InternalError);
}

TEST_CASE("no task at all is no work", "[schedule]") {
    CHECK(run({}, 8, [](std::size_t) { return State::failed; }).empty());
}
