// SPDX-License-Identifier: Apache-2.0
#include "contract/core/report.hpp"

#include <algorithm>

namespace contract::core {

Outcome outcome_of(const std::vector<TargetOutcome>& targets) {
    if (targets.empty()) return Outcome::passed;
    Outcome outcome = Outcome::not_applicable;
    for (const auto& target : targets) outcome = worst(outcome, target.outcome);
    return outcome;
}

int exit_status_of(const Report& report) {
    if (report.signal != 0) return exit_status::signalled + report.signal;
    int status = exit_status::passed;
    for (const Stage stage : all_stages) {
        const auto outcome = report.stage(stage).outcome;
        const bool unknown_failed = outcome == Outcome::unknown && report.unknown_is_failure;
        if (outcome == Outcome::failed || unknown_failed) status |= exit_status::bit(stage);
    }
    for (const auto& finding : report.findings) {
        if (finding.severity != Severity::error) continue;
        if (finding.blame == Blame::internal) status |= exit_status::internal;
        // A finding without a target of its own (a file that does not parse) fails its stage all the same.
        if (finding.target.empty()) status |= exit_status::bit(finding.stage);
    }
    return status;
}

}  // namespace contract::core
