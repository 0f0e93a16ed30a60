// SPDX-License-Identifier: Apache-2.0
//
// From a verdict to the finding a reader sees. Contents are never evidence unless the probe says `show =
// true`: of a file's text, a program's output or a variable's value only the size is told, and of what was
// computed from it only what is true or false.
#pragma once

#include "contract/core/plan.hpp"
#include "expectation.hpp"

namespace contract::runtime {

struct Attempted {
    std::int64_t attempts = 1;
    std::int64_t duration_ms = 0;
};

core::Finding expectation_failed(const core::PlannedProbe& probe, const Expectation& expectation,
                                 const Facts& facts, const Verdict& verdict, const Attempted& attempted);
core::Finding expectation_error(const core::PlannedProbe& probe, const Expectation& expectation,
                                const Facts& facts, const Verdict& verdict);
// `reason` gets the short form for the list of targets.
core::Finding facts_unknown(const core::PlannedProbe& probe, const Expectation& expectation,
                            const Facts& facts, const Attempted& attempted, std::string& reason);
core::Finding not_trusted(const core::PlannedProbe& probe);

}  // namespace contract::runtime
