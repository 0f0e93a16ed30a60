// SPDX-License-Identifier: Apache-2.0
//
// What many evaluations may cost together. Each has bounds of its own, but a file has room for thousands of
// expressions, and a `for` evaluates one again for every entry.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace contract::expression {

// About ten seconds, and what fits into the memory of a small machine.
inline constexpr std::int64_t most_steps_together = 200'000'000;
inline constexpr std::int64_t most_bytes_together = std::int64_t{1} << 30;

// The message of the Problem `limit` that every evaluation ends with once either is used up.
inline constexpr std::string_view too_much_together =
    "what the contract computes takes more than 200 million steps or 1 GiB in all";

// While one lives, the evaluations of its thread take from it. Of two the inner one counts.
class Allowance {
public:
    explicit Allowance(std::int64_t steps = most_steps_together, std::int64_t bytes = most_bytes_together);
    ~Allowance();
    Allowance(const Allowance&) = delete;
    Allowance& operator=(const Allowance&) = delete;

    // Of the thread; null: evaluations have only their own bounds.
    static Allowance* current();
    std::int64_t steps() const { return steps_; }  // left; never negative
    std::int64_t bytes() const { return bytes_; }
    void take(std::int64_t steps, std::int64_t bytes) {
        steps_ = std::max<std::int64_t>(steps_ - steps, 0);
        bytes_ = std::max<std::int64_t>(bytes_ - bytes, 0);
    }

private:
    std::int64_t steps_;
    std::int64_t bytes_;
    Allowance* outer_;
};

}  // namespace contract::expression
