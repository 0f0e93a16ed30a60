// SPDX-License-Identifier: Apache-2.0
//
// Stage 3: each host's generation, checked by itself and rehearsed: applied to the host's root in a sandbox,
// verified path by path, applied again without a change, taken back to what was there. `check` never changes
// a host.
#pragma once

#include <string>
#include <vector>

#include "contract/core/output.hpp"
#include "contract/core/plan.hpp"
#include "contract/core/report.hpp"
#include "contract/sandbox/sandbox.hpp"
#include "contract/store/store.hpp"

namespace contract::activation {

struct Request {
    const core::Plan& plan;
    const core::Outputs& outputs;
    store::Store& store;
    std::string compare_root;          // --root DIR: also compare with what is really there; empty: no
    std::vector<std::string> hosts;    // empty: all
    std::vector<std::string> blocked;  // targets that failed earlier: their users are blocked
};

core::StageResult activate_check(const Request& request);

// The rehearsal, run inside the sandbox; register it with sandbox::helper_main.
sandbox::Builtin rehearsal_builtin();

}  // namespace contract::activation
