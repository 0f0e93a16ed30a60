// SPDX-License-Identifier: Apache-2.0
//
// Work in the order of its dependencies, on several threads. It knows nothing of recipes or stores. A task is
// started only when everything it needs has passed, and at most once; a failure stops only what needs it.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace contract::build {

enum class State {
    passed,
    failed,
    blocked,    // something it needs did not pass
    unstarted,  // there was an order to stop
};

struct Task {
    std::vector<std::size_t> needs;  // indices of tasks that come earlier in the list
    std::optional<State> known;  // how it ended already: a cached result, a dependency that was never planned
};

// Works on the task of an index and says how it ended. `let_go()` says that what is left of it needs no
// processor but waits, for the disk: another task may begin meanwhile. Its users begin when it has ended, as
// ever.
using Work = std::function<State(std::size_t index, const std::function<void()>& let_go)>;

// Runs `work` for every task that is not known yet, the lowest index that is ready first, at most `jobs` at
// once besides those that have let go, and returns how each ended. `stop` is asked before each start; once it
// says yes, nothing more begins and the rest is `unstarted`. What `work` throws is thrown here, after what is
// running has ended. Throws InternalError when a task needs a later one.
std::vector<State> run_schedule(const std::vector<Task>& tasks, unsigned jobs, const Work& work,
                                const std::function<bool()>& stop);

}  // namespace contract::build
