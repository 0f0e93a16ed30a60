// SPDX-License-Identifier: Apache-2.0
//
// A decided host, told: every option with its value and everybody who has a say in it.
#pragma once

#include <vector>

#include "contract/core/host_config.hpp"
#include "host_run.hpp"

namespace contract::evaluation {

// Sorted by path. Options that are internal are left out, as are those of entries that do not exist.
std::vector<core::ConfigValue> explain(HostRun& run);
// The paths of the maps of submodules that have no entry, such as "web.vhosts"; sorted.
std::vector<std::vector<std::string>> empty_tables(const HostRun& run);

}  // namespace contract::evaluation
