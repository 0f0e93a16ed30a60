// SPDX-License-Identifier: Apache-2.0
//
// What the targets of a request are to a store, without building or fetching anything: which actions and
// which paths.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contract/build/build.hpp"

namespace contract::build {

struct LookedUp {
    std::string target;            // a formatter once for each of its batches
    std::optional<Digest> action;  // the key of its result; none: an input
    core::StorePath path;          // of the output or the tree
    bool here = false;             // the store has it, and what it names
    bool asked = false;            // false: only something that was asked for needs it
};

// Without `host` inputs, and what could not be planned. Of the request only the plan, the store and the
// targets matter.
std::vector<LookedUp> look_up(const Request& request);

}  // namespace contract::build
