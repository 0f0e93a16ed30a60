// SPDX-License-Identifier: Apache-2.0
//
// What one evaluation may still do. When a bound is crossed the evaluation is over: `exhausted` keeps logic
// and macros from going on as if it were an ordinary problem.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "contract/expression/allowance.hpp"
#include "limits.hpp"
#include "node.hpp"
#include "pattern.hpp"

namespace contract::expression {

struct Budget {
    Budget();
    ~Budget();  // takes what was used from the thread's Allowance
    Budget(const Budget&) = delete;
    Budget& operator=(const Budget&) = delete;

    std::int64_t steps = most_steps;
    std::int64_t bytes = most_bytes;
    std::optional<Problem> problem;  // what went wrong last
    bool exhausted = false;

    // False, always.
    bool fail(Problem what) {
        problem = std::move(what);
        return false;
    }
    bool exhaust(const Node& node, std::string message) {
        exhausted = true;
        return fail(problem_at(node, "limit", std::move(message)));
    }

    // Takes a number of steps for work at `node`.
    bool work(const Node& node, std::uint64_t number) {
        const auto capped = static_cast<std::int64_t>(std::min<std::uint64_t>(number, most_steps));
        steps -= capped + 1;
        return steps >= 0 || exhaust(node, crossed(granted_steps_ < most_steps,
                                                   "the evaluation takes more than 10 million steps"));
    }
    // Takes room for bytes that are about to be made.
    bool room(const Node& node, std::uint64_t number) {
        const auto capped = static_cast<std::int64_t>(std::min<std::uint64_t>(number, most_bytes + 1));
        bytes -= capped;
        if (bytes < 0)
            return exhaust(node, crossed(granted_bytes_ < most_bytes,
                                         "the evaluation makes more than 256 MiB of values"));
        return work(node, number / 64);
    }
    // A pattern that is not known before the program runs, made once. Null: the bounds are crossed.
    std::shared_ptr<const Pattern> pattern(const Node& node, const std::string& text);

private:
    static std::string crossed(bool together, std::string_view alone) {
        return std::string(together ? too_much_together : alone);
    }

    std::int64_t granted_steps_;
    std::int64_t granted_bytes_;
    std::map<std::string, std::shared_ptr<const Pattern>, std::less<>> patterns_;
};

}  // namespace contract::expression
