// SPDX-License-Identifier: Apache-2.0
//
// One action, from a lock in the store to a committed result. Everything it writes lies in a directory of its
// own below the store's tmp/ until the result is committed; kill -9 at any point leaves a store that works
// and a directory that is nobody's.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "action.hpp"
#include "contract/build/build.hpp"
#include "contract/core/build_record.hpp"
#include "contract/core/finding.hpp"
#include "contract/core/output.hpp"
#include "contract/sandbox/observation.hpp"
#include "contract/store/store.hpp"

namespace contract::build {

struct ActionRun {
    const core::PlannedAction& action;
    Digest key;
    std::vector<core::StorePath> closure;  // read-only, in the store
    store::Store& store;
    std::string contract_directory;
    unsigned jobs = 1;
    std::string machine_path;           // PATH of this machine, for evidence
    std::function<bool()> interrupted;  // may be empty
    core::BuildRecord record;           // but for when and how it ran
    bool observe = false;               // a failed one is run again to see why, however long it takes
    // Called once a success has only to become lasting, which is waiting for the disk; may be empty.
    std::function<void()> only_commits;
};

struct ActionEnd {
    enum class Kind {
        succeeded,
        failed,       // `finding` says why
        refused,      // this machine does not let anything be sealed; `finding` is the same for every action
        interrupted,  // stopped by request before its end
    };
    Kind kind = Kind::succeeded;
    std::optional<store::ResultRow> row;  // of a success
    bool cached = false;                  // another process built it while this one waited for its lock
    std::optional<core::Finding> finding;
    std::vector<FormattedFile> formatted;  // of a formatter that failed because it changed something
    std::vector<std::string> missing;      // of a success below sealed: what the sandbox lacked
    std::optional<sandbox::Observation> observation;  // of a run that was made to be observed
    std::int64_t duration_ms = 0;
};

// Our own results always are; one that somebody else signed may say anything.
bool is_sealed_enough(const core::PlannedAction& action, const store::ResultRow& row);

// A build that fails quickly is run a second time under observation, for what its log leaves out. Errors are
// failures of this machine (a full disk): code system and what the store gives.
Result<ActionEnd> run_action(const ActionRun& run);

// Once more, whatever the store has, under these circumstances. The row of a success names the tree and was
// not committed.
Result<ActionEnd> run_perturbed(const ActionRun& run, const Perturbation& circumstances);

}  // namespace contract::build
