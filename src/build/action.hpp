// SPDX-License-Identifier: Apache-2.0
//
// What a recipe becomes once its inputs are there: the key its result is stored under, the store paths it
// sees, its environment, and the request to the sandbox. Values only; nothing here runs or reads a file.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "contract/base/digest.hpp"
#include "contract/core/plan.hpp"
#include "contract/os/process.hpp"
#include "contract/sandbox/sandbox.hpp"
#include "perturbation.hpp"

namespace contract::build {

enum class ActionKind { package, check, formatter };
ActionKind kind_of(const core::PlannedAction& action);
// Only packages have one; of the others their success is all that counts.
bool has_output(const core::PlannedAction& action);

// The name of a result: of the recipe, the least level it accepts, and, when it or anything below it saw this
// machine, what the machine looked like (zero otherwise). So a result that saw the machine is used again only
// while the machine stays as it was. A check and a package of one recipe have two keys: the check's result is
// empty.
Digest action_key(const core::PlannedAction& action, const Digest& machine);

// One digest for all the `host` roots below an action, by folder list; zero for none.
Digest combined_machine(const std::vector<Digest>& fingerprints);

// `uses` and everything they reference, sorted, each once. `references_of` knows every path that is in the
// store for this plan.
std::vector<core::StorePath> closure_of(
    const std::vector<core::StorePath>& uses,
    const std::function<std::vector<core::StorePath>(const core::StorePath&)>& references_of);

// The whole environment of the builder. A declared variable wins over a default of ours, but never over what
// this stage alone can know: out, jobs, TMPDIR and HOME.
os::Environment builder_environment(const core::Recipe& recipe, const core::StorePath& output,
                                    const Perturbation& circumstances);

// Where things lie on this machine while one action runs.
struct Workplace {
    std::string build;    // becomes the build directory inside; the source, if any, is its folder "source"
    std::string output;   // becomes the output's store path
    std::string scratch;  // for the sandbox
};

sandbox::Request sandbox_request(const core::PlannedAction& action,
                                 const std::vector<core::StorePath>& closure,
                                 const std::function<std::string(const core::StorePath&)>& real_path,
                                 const Workplace& workplace, const Perturbation& circumstances);

}  // namespace contract::build
