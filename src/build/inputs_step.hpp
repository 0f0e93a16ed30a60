// SPDX-License-Identifier: Apache-2.0
//
// The inputs that the targets of a run use: each is brought into the store and to its store path once, or
// becomes one finding at the place of its declaration. Evaluation decided what they are; this only fetches.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contract/core/output.hpp"
#include "contract/core/plan.hpp"
#include "contract/inputs/inputs.hpp"

namespace contract::build {

// True when nothing has to be fetched; costs one lstat at most. A `host` input is always here.
bool is_here(const core::PlannedInput& input, const store::Store& store);

// What later stages see of it; not for `host`.
core::Output output_of(const core::PlannedInput& input, const store::Store& store, bool cached);

// Fetches, verifies, and makes the tree visible at the input's store path; where the input says so, the tree
// as its packages' scripts leave it. Errors: those of inputs::materialise and configure_root.
Result<> fetch(const core::PlannedInput& input, const inputs::Context& context);

core::Finding input_finding(const core::PlannedInput& input, const Error& error);

// What the folders of `host` roots look like, asked once per run and list of folders.
class Machine {
public:
    Result<Digest> fingerprint(const std::vector<std::string>& folders);

private:
    std::map<std::vector<std::string>, Result<Digest>> known_;
};

}  // namespace contract::build
