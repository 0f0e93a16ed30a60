// SPDX-License-Identifier: Apache-2.0
//
// What is settled before anything is looked at: probes that nobody asked for, that are for other hosts, or
// whose outputs are missing; and how a probe's parameters read on this machine, where the store may lie
// elsewhere.
#pragma once

#include <optional>

#include "contract/runtime/runtime.hpp"
#include "observe/facts.hpp"

namespace contract::runtime {

// The outcome of a probe that shall not run; none for one that shall.
std::optional<core::TargetOutcome> settled_before(const core::PlannedProbe& probe, const Request& request);
core::TargetOutcome settled(const core::Unplanned& unplanned, const Request& request);

// Parameters with relative paths and store paths made real.
Observation observation_of(const core::PlannedProbe& probe, const Request& request);
// Where the outputs of `uses` lie. Requires settled_before() to have found them.
std::vector<std::string> real_paths(const core::PlannedProbe& probe, const Request& request);

struct CannotRun {
    std::string reason;
    std::string help;
};
// Programs that refer to other store paths find them only at the fixed path.
std::optional<CannotRun> cannot_run(const core::PlannedProbe& probe, const Request& request);

}  // namespace contract::runtime
