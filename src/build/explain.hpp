// SPDX-License-Identifier: Apache-2.0
//
// The parts of a failure's finding that say what was missing: each adds evidence, and what to do about it.
// `machine_path` is this machine's PATH.
#pragma once

#include <string>
#include <vector>

#include "contract/core/finding.hpp"
#include "contract/core/plan.hpp"
#include "contract/sandbox/observation.hpp"
#include "evidence.hpp"

namespace contract::build {

// What the log says.
void explain_clue(core::Finding& finding, const core::PlannedAction& action, const Clue& clue,
                  const std::string& machine_path);

// What the log, whose `clues` these are, does not say.
void explain_observed(core::Finding& finding, const core::PlannedAction& action,
                      const sandbox::Observation& observation, const std::vector<Clue>& clues,
                      const std::string& machine_path);

// Whether it tried to reach a network. A socket that is a file is none.
bool reached_out(const sandbox::Observation& observation);

// The command's program is not in the sandbox: what would bring it in.
void explain_missing_program(core::Finding& finding, const core::PlannedAction& action,
                             const std::string& machine_path);

// On many machines /bin and /lib64 are links into /usr: a root of them alone has dead links inside.
void explain_dead_links(core::Finding& finding, const core::Root& root);

}  // namespace contract::build
