// SPDX-License-Identifier: Apache-2.0
//
// The findings of an action that did not succeed, with everything a person needs to see why: its end, the
// last lines of its log, what was missing, and where the rest is. Pure but for looking up names on this
// machine.
#pragma once

#include <string>
#include <string_view>

#include "contract/base/result.hpp"
#include "contract/core/finding.hpp"
#include "contract/core/plan.hpp"
#include "contract/sandbox/sandbox.hpp"
#include "explain.hpp"

namespace contract::build {

// "exited with status 2", "was ended by signal 11 (Segmentation fault)", "ran longer than 10 s", …
std::string describe_end(const sandbox::RunResult& result, const core::Limits& limits);

// For a process that did not end with exit status 0. What `result` has of an observation, of this run or of
// the next one like it, says what the log may leave out.
core::Finding failure_finding(const core::PlannedAction& action, const sandbox::RunResult& result,
                              std::string_view log, const Surroundings& around);

// For a process that did not start. Where the program is missing, this says what would bring it in.
core::Finding unstarted_finding(const core::PlannedAction& action, const Error& error,
                                const Surroundings& around);

// For a build that ended well and left nothing in its output directory.
core::Finding missing_output_finding(const core::PlannedAction& action, std::string_view log);

}  // namespace contract::build
