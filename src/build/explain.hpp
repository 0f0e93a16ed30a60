// SPDX-License-Identifier: Apache-2.0
//
// The parts of a failure's finding that say what was missing: each adds evidence, and what to do about it.
#pragma once

#include <string>
#include <vector>

#include "advice.hpp"
#include "contract/core/finding.hpp"
#include "contract/core/plan.hpp"
#include "contract/sandbox/observation.hpp"
#include "evidence.hpp"
#include "used_packages.hpp"

namespace contract::build {

// What an explanation may look at. Each may be empty.
struct Surroundings {
    std::string path{};  // this machine's PATH
    LookAtFile look{};
    RealPath real_path{};
    std::string contract_directory{};  // the working tree with its contract.toml
};

// What the log says.
void explain_clue(core::Finding& finding, const core::PlannedAction& action, const Clue& clue,
                  const Surroundings& around);

// What the log, whose `clues` these are, does not say. `is_advised`: enough is said of what to do.
void explain_observed(core::Finding& finding, const core::PlannedAction& action,
                      const sandbox::Observation& observation, const std::vector<Clue>& clues,
                      bool is_advised, const Surroundings& around);

// Whether it tried to reach a network. A socket that is a file is none.
bool reached_out(const sandbox::Observation& observation);

// The command's program is not in the sandbox: what would bring it in.
void explain_missing_program(core::Finding& finding, const core::PlannedAction& action,
                             const Surroundings& around);

}  // namespace contract::build
