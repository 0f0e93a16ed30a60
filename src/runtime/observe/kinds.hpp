// SPDX-License-Identifier: Apache-2.0
//
// One function per kind of probe. None throws for what the machine does; each returns every fact that its
// kind promises in core's table. The native ones may block in the kernel and therefore run in the observer
// process.
#pragma once

#include "contract/runtime/runtime.hpp"
#include "facts.hpp"

namespace contract::runtime {

Facts observe_file(const Observation& observation);
Facts observe_tcp(const Observation& observation);
Facts observe_sysctl(const Observation& observation);

// In this process: the environment is contract's own, and reading it cannot block.
Facts observe_env(const Observation& observation);

// Runs the program in the contract directory. `uses` are the real paths of outputs whose bin directories go
// in front of PATH.
Facts observe_command(const Observation& observation, const std::vector<std::string>& uses,
                      const std::string& contract_directory);

}  // namespace contract::runtime
