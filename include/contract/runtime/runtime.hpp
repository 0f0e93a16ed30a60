// SPDX-License-Identifier: Apache-2.0
//
// Stage 4: probes. Each gathers a typed map of facts from one source and holds an expression against it. What
// could not be read is `unknown`, never passed. Probes that run programs need trust.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "contract/core/output.hpp"
#include "contract/core/plan.hpp"
#include "contract/core/report.hpp"
#include "contract/expression/expression.hpp"

namespace contract::runtime {

enum class Trust { trusted, untrusted };

struct Request {
    const core::Plan& plan;
    const core::Outputs& outputs;
    Trust trust = Trust::untrusted;
    std::string host;                  // --host NAME: this machine is that host; empty: none
    std::vector<std::string> blocked;  // targets that failed earlier
    std::vector<std::string> probes;   // empty: all
    std::string contract_directory;    // where commands run
    bool store_at_fixed_path =
        true;  // false: programs that refer to other store paths cannot run outside a sandbox
};

core::StageResult probe(const Request& request);

}  // namespace contract::runtime
