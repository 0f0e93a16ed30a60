// SPDX-License-Identifier: Apache-2.0
#include "schedule.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "contract/base/result.hpp"

namespace contract::build {

namespace {

// Threads besides those that work. More of them would seldom find a disk so slow that it makes a difference.
constexpr std::size_t most_let_go = 16;

class Schedule {
public:
    Schedule(const std::vector<Task>& tasks, unsigned jobs, const Work& work,
             const std::function<bool()>& stop)
        : jobs_(std::max(jobs, 1u)),
          work_(work),
          stop_(stop),
          waiting_(tasks.size(), 0),
          users_(tasks.size()),
          states_(tasks.size()) {
        for (std::size_t task = 0; task < tasks.size(); ++task) {
            for (const std::size_t need : tasks[task].needs) {
                if (need >= task) throw InternalError("run_schedule: a task needs a later one");
                users_[need].push_back(task);
            }
            waiting_[task] = tasks[task].needs.size();
            if (!tasks[task].known) ++open_;
            states_[task] = tasks[task].known;
        }
        for (std::size_t task = 0; task < tasks.size(); ++task)
            if (!states_[task] && waiting_[task] == 0) ready_.insert(task);
        for (std::size_t task = 0; task < tasks.size(); ++task)
            if (tasks[task].known) announce(task);
    }

    void run() {
        const std::size_t wanted = std::min(jobs_ + most_let_go, open_);
        std::vector<std::thread> threads;
        for (std::size_t extra = 1; extra < wanted; ++extra) threads.emplace_back([this] { take_turns(); });
        take_turns();
        for (auto& thread : threads) thread.join();
        if (thrown_) std::rethrow_exception(thrown_);
    }

    std::vector<State> states() const {
        std::vector<State> out;
        for (const auto& state : states_) out.push_back(state.value_or(State::unstarted));
        return out;
    }

private:
    // With the lock held (or before there are threads): tells the users of an ended task.
    void announce(std::size_t task) {
        const bool passed = states_[task] == State::passed;
        for (const std::size_t user : users_[task]) {
            --waiting_[user];
            if (states_[user]) continue;
            if (!passed && states_[task] != State::unstarted) {
                ready_.erase(user);
                states_[user] = State::blocked;
                --open_;
                announce(user);
            } else if (passed && waiting_[user] == 0) {
                ready_.insert(user);
            }
        }
    }

    void take_turns() {
        std::unique_lock lock(mutex_);
        for (;;) {
            changed_.wait(lock,
                          [this] { return open_ == 0 || stopped_ || (!ready_.empty() && working_ < jobs_); });
            if (open_ > 0 && !stopped_ && stop_ && stop_()) stopped_ = true;
            if (open_ == 0 || stopped_) break;
            const std::size_t task = *ready_.begin();
            ready_.erase(ready_.begin());
            ++working_;
            lock.unlock();
            bool works = true;
            const State state = guarded(task, works);
            lock.lock();
            // Together with the announcement: what became ready by it and comes earlier in the list is next.
            if (works) --working_;
            states_[task] = state;
            --open_;
            // Its users will never be ready, and nobody would wake up to notice that the run is over.
            if (state == State::unstarted || (stop_ && stop_())) stopped_ = true;
            announce(task);
            changed_.notify_all();
        }
        changed_.notify_all();
    }

    // `works` becomes false when the task lets go.
    State guarded(std::size_t task, bool& works) {
        try {
            return work_(task, [&] {
                const std::lock_guard lock(mutex_);
                if (std::exchange(works, false)) --working_;
                changed_.notify_all();
            });
        } catch (...) {
            const std::lock_guard lock(mutex_);
            if (!thrown_) thrown_ = std::current_exception();
            stopped_ = true;
            return State::failed;
        }
    }

    const std::size_t jobs_;
    const Work& work_;
    const std::function<bool()>& stop_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::size_t> waiting_;             // needs that have not ended
    std::vector<std::vector<std::size_t>> users_;  // who needs it
    std::vector<std::optional<State>> states_;
    std::set<std::size_t> ready_;
    std::size_t open_ = 0;     // neither ended nor known: a running one counts
    std::size_t working_ = 0;  // running, and has not let go
    bool stopped_ = false;
    std::exception_ptr thrown_;
};

}  // namespace

std::vector<State> run_schedule(const std::vector<Task>& tasks, unsigned jobs, const Work& work,
                                const std::function<bool()>& stop) {
    Schedule schedule(tasks, jobs, work, stop);
    schedule.run();
    return schedule.states();
}

}  // namespace contract::build
