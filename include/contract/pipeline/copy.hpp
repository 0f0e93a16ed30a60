// SPDX-License-Identifier: Apache-2.0
//
// `contract copy`: results of a contract's targets, to or from a place that is not believed.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "contract/build/build.hpp"
#include "contract/core/finding.hpp"

namespace contract::pipeline {

struct CopyRequest {
    enum class Direction { to, from };
    std::string directory;             // the contract directory
    std::string home;                  // of the store
    std::vector<std::string> targets;  // empty: all
    std::string system;
    Direction direction = Direction::to;
    std::string place;  // a directory, or ssh://[user@]host[:port]/path; relative to the working directory
    unsigned jobs = 1;
    bool offline = false;
    std::function<void(const build::Progress&)> progress;
    std::function<bool()> interrupted;
};

struct CopyResult {
    std::size_t paths = 0;    // store paths that are at the other end now
    std::uint64_t blobs = 0;  // that were transferred
    std::uint64_t bytes = 0;
    std::vector<std::string> absent;     // from: targets that nobody asked for by name and the place lacks
    std::vector<std::string> strangers;  // targets that no contract declares
    std::vector<core::Finding> findings;
    Sources sources;
    bool copied = false;  // false: something kept it from being tried
};

// To a place: builds first what is not built, and copies what passed. From it: takes what is not in the
// store.
CopyResult copy(const CopyRequest& request);

// The other side of a copy over ssh, on the standard streams, with the store at `home`.
Result<> serve_copy(const std::string& home, int in, int out);

}  // namespace contract::pipeline
