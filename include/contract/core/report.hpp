// SPDX-License-Identifier: Apache-2.0
//
// What `check` found, as one value; every output format is rendered from it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "contract/core/finding.hpp"
#include "contract/core/store_path.hpp"

namespace contract::core {

// How one target ended one stage.
struct TargetOutcome {
    std::string target;
    Outcome outcome = Outcome::passed;
    bool cached = false;                  // an earlier result was used
    std::vector<std::string> blocked_by;  // for blocked
    std::string reason;                   // for skipped, not-applicable and unknown: printed
    std::optional<Digest> action;         // build: the key the result is stored under
    std::optional<StorePath> output;      // build
    std::optional<Digest> generation;     // activation
    std::int64_t duration_ms = 0;
    friend bool operator==(const TargetOutcome&, const TargetOutcome&) = default;
};

// What every stage returns.
struct StageResult {
    std::vector<TargetOutcome> targets;
    std::vector<Finding> findings;
};

struct StageReport {
    bool requested = true;  // false: --stage left it out
    Outcome outcome = Outcome::passed;
    std::int64_t duration_ms = 0;
    std::vector<TargetOutcome> targets;  // sorted by target
};

struct RevisionReport {
    std::string commit;              // empty outside git or before the first commit
    std::vector<std::string> dirty;  // tracked files that differ from the commit, sorted
};

struct Report {
    std::string contract;  // its name; empty when contract.toml could not be read
    std::string system;
    std::optional<RevisionReport> revision;  // none outside git
    std::array<StageReport, 4> stages;       // indexed by Stage
    std::vector<Finding> findings;           // by stage, then position
    Sources sources;
    bool unknown_is_failure = true;  // false: --unknown=warn
    int signal = 0;                  // by which somebody ended the run before it was done; 0: nobody did
    std::vector<std::string> notes;  // printed after the stages: "the build was not hermetic: …"

    StageReport& stage(Stage stage) { return stages[static_cast<std::size_t>(stage)]; }
    const StageReport& stage(Stage stage) const { return stages[static_cast<std::size_t>(stage)]; }
};

// Failed beats unknown beats passed; nothing but not-applicable targets is not-applicable; none at all is
// passed.
Outcome outcome_of(const std::vector<TargetOutcome>& targets);
int exit_status_of(const Report& report);  // 128 and the signal where there was one

}  // namespace contract::core
