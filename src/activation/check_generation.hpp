// SPDX-License-Identifier: Apache-2.0
//
// A generation by itself, before anything is tried: paths, collisions inside it, owners, modes, programs and
// sources. Everything that is wrong is found at once.
#pragma once

#include <vector>

#include "host.hpp"

namespace contract::activation {

struct CheckedGeneration {
    std::vector<core::Finding> findings;
    std::vector<bool> sound;  // by entry: worth rehearsing
};

struct CheckContext {
    const BuiltOutputs& outputs;
    const Machine& machine;
    const KnownAccounts& accounts;
    bool this_system = true;  // false: outputs and folders of this machine say nothing about the host
};

CheckedGeneration check_generation(const core::PlannedHost& host, const CheckContext& context);

}  // namespace contract::activation
