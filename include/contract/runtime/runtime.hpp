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
    std::string home_directory;        // what "~/" in the path of a file stands for
    bool store_at_fixed_path =
        true;  // false: programs that refer to other store paths cannot run outside a sandbox
};

// One outcome per planned or unplanned probe, sorted by target. An expectation that is false fails a probe;
// with `severity = "warning"` the probe passes and the finding is a warning. Not knowing is never a pass:
// what could not be had is `unknown` whatever the severity, unless the expectation is decided without it.
// Probes of names not in `request.probes` are skipped, those for other hosts are not applicable.
core::StageResult probe(const Request& request);

// The process that reads what can hang. A program that calls probe() must begin its main with
//   if (runtime::is_observer(argc, argv)) return runtime::observer_main();
// because probe() starts /proc/self/exe with the name "contract-observe".
bool is_observer(int argc, char** argv);
int observer_main();
// Another program whose main does that; for test executables, whose main is not ours.
void set_observer_executable(const std::string& path);

}  // namespace contract::runtime
