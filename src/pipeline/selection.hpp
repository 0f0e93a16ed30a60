// SPDX-License-Identifier: Apache-2.0
//
// What of a plan a request is about: which stages run, and which targets each of them takes.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "contract/core/plan.hpp"
#include "contract/pipeline/check.hpp"

namespace contract::pipeline {

struct Selection {
    std::set<core::Stage> stages;
    std::vector<std::string> builds;  // each list: empty means all
    std::vector<std::string> hosts;
    std::vector<std::string> probes;
};

// A later stage that needs outputs brings the building of just those with it, also when only it was asked
// for. A stage that none of the asked-for targets belongs to is left out. `strangers` gets the targets that
// are nowhere declared.
Selection select(const CheckRequest& request, const core::Plan& plan, std::vector<std::string>& strangers);

}  // namespace contract::pipeline
