// SPDX-License-Identifier: Apache-2.0
//
// How one result was made: what the store remembers beside it, for whoever asks later which inputs produced a
// file. Written once, by the run that built it; a run that finds the result writes nothing. Holds no login.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contract/core/plan.hpp"
#include "contract/core/report.hpp"

namespace contract::core {

// An input as it was pinned then. What its kind does not have is empty.
struct RecordedInput {
    std::string target;  // "inputs.zlib"
    InputKind kind = InputKind::git;
    std::string url;                   // as PlannedInput has it, without a login and a query
    std::string ref;                   // git: what was asked for; deb: the suites
    std::string subdir;                // git
    std::string rev;                   // git: 40 hex digits
    std::string snapshot;              // deb
    Digest download;                   // url: of its bytes; oci: of the image's manifest
    Digest tree;                       // zero for host
    StorePath path;                    // empty for host
    std::vector<std::string> folders;  // host
    friend bool operator==(const RecordedInput&, const RecordedInput&) = default;
};

struct BuildRecord {
    std::string contract;
    std::string target;              // "packages.zlib"
    std::string repository;          // the contract directory, absolute
    std::string commit;              // 40 hex digits; empty outside git or before the first commit
    std::vector<std::string> dirty;  // tracked files that differed from it: the first hundred, sorted
    std::int64_t dirty_files = 0;    // how many there were
    std::string system;
    std::string recipe;  // encoded: its SHA-256 names the output
    std::optional<Digest> source;
    std::vector<StorePath> uses;
    Root root;
    std::vector<RecordedInput> inputs;  // of it and of everything below it, sorted by target
    SandboxLevel level = SandboxLevel::sealed;
    std::int64_t started = 0;  // seconds since 1970
    std::int64_t duration_ms = 0;
    std::string program;  // version of contract: "0.1.0"
    friend bool operator==(const BuildRecord&, const BuildRecord&) = default;
};

inline constexpr std::size_t most_recorded_files = 100;

}  // namespace contract::core
