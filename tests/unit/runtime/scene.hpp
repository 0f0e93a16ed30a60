// SPDX-License-Identifier: Apache-2.0
//
// A plan with probes, and the stage run over it on this very machine.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "contract/core/probe_kinds.hpp"
#include "contract/runtime/runtime.hpp"
#include "temporary.hpp"

namespace contract::test {

struct Scene {
    core::Plan plan;
    core::Outputs outputs;
    runtime::Trust trust = runtime::Trust::trusted;
    std::string host;
    std::vector<std::string> blocked;
    std::vector<std::string> only;
    bool store_at_fixed_path = true;
    std::string home_directory;
    TempDir directory;

    core::PlannedProbe& add(std::string name, std::string kind,
                            std::map<std::string, core::Parameter> parameters, std::string expect = {}) {
        core::PlannedProbe probe;
        probe.target = "probes." + std::move(name);
        probe.expect = expect.empty() ? std::string(core::find_probe_kind(kind)->expect) : std::move(expect);
        probe.kind = std::move(kind);
        probe.parameters = std::move(parameters);
        probe.where = {"contract.toml", 3, 1, 3, 11, 20, 30};
        plan.probes.push_back(std::move(probe));
        return plan.probes.back();
    }

    core::StageResult run() const {
        runtime::set_observer_executable(CONTRACT_OBSERVER);
        return runtime::probe({plan, outputs, trust, host, blocked, only, directory.path(), home_directory,
                               store_at_fixed_path});
    }
};

inline const core::TargetOutcome& outcome_of(const core::StageResult& result, const std::string& name) {
    for (const auto& target : result.targets)
        if (target.target == "probes." + name) return target;
    throw InternalError("no outcome for " + name);
}

// The text of the evidence of that kind in the finding of a probe; empty when there is none.
inline std::string evidence_of(const core::StageResult& result, const std::string& name,
                               const std::string& kind) {
    for (const auto& finding : result.findings) {
        if (finding.target != "probes." + name) continue;
        for (const auto& evidence : finding.evidence)
            if (evidence.kind == kind) return evidence.text;
    }
    return {};
}

inline const core::Finding& finding_of(const core::StageResult& result, const std::string& name) {
    for (const auto& finding : result.findings)
        if (finding.target == "probes." + name) return finding;
    throw InternalError("no finding for " + name);
}

}  // namespace contract::test
