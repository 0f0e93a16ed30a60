// SPDX-License-Identifier: Apache-2.0
//
// Stage 2: Plan → Outputs. Independent actions run in parallel; a failure blocks only what needs it; a
// success is reused for the same action. Nothing built ever sees the host or the network.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "contract/core/configuration.hpp"
#include "contract/core/output.hpp"
#include "contract/core/plan.hpp"
#include "contract/core/report.hpp"
#include "contract/store/store.hpp"

namespace contract::build {

struct Progress {
    enum class Kind { started, fetching, finished };
    Kind kind = Kind::started;
    std::string target;
    core::Outcome outcome = core::Outcome::passed;
    bool cached = false;
    std::uint64_t bytes = 0;               // fetching: so far
    std::optional<std::uint64_t> total{};  // fetching: in all, where that is known
};

struct Request {
    const core::Plan& plan;
    store::Store& store;
    std::string contract_directory;
    unsigned jobs = 1;
    bool offline = false;
    std::vector<std::string> targets;  // empty: all packages, checks, formatters and inputs that are used
    std::function<void(const Progress&)> progress;  // called from one thread at a time; may be empty
    std::function<bool()> interrupted;              // polled; may be empty
    core::Configuration configuration{};            // where inputs are fetched from
    // Packages among the targets are built once more, under other circumstances; one whose outputs differ
    // fails with build.not-reproducible.
    bool twice = false;
    bool observe = false;  // what fails is run again under observation, however long it takes
    std::optional<core::RevisionReport> revision{};  // of the repository, for the record of what is built
};

// A file as a formatter leaves it.
struct FormattedFile {
    std::string path;  // relative to the contract directory
    Digest before;     // blobs of the store
    Digest after;
    std::string formatter;  // "formatters.shell"
};

struct Built {
    core::Outputs outputs;
    core::StageResult result;
    std::vector<FormattedFile> formatted;  // what formatters would change, by path
};

Built build(const Request& request);

}  // namespace contract::build
