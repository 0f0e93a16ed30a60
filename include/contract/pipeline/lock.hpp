// SPDX-License-Identifier: Apache-2.0
//
// `contract lock` and `contract update`: the only writers of contract.lock. Atomic, and one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "contract/core/finding.hpp"
#include "contract/core/lock.hpp"

namespace contract::pipeline {

struct FetchProgress {
    enum class Kind { started, fetching, finished };
    std::string input;  // its name
    std::string url;
    std::uint64_t bytes = 0;
    std::optional<std::uint64_t> total{};
    Kind kind = Kind::fetching;
};

struct LockRequest {
    std::string directory;
    std::string home;
    bool offline = false;
    bool update = false;             // move pins; otherwise only add what is missing and remove what is gone
    std::vector<std::string> names;  // update: these inputs; empty: all
    unsigned jobs = 1;               // inputs that are resolved at once
    // What is going on for which input, from one thread at a time; may be empty.
    std::function<void(const FetchProgress&)> progress;
    std::function<bool()> interrupted;  // polled; may be empty
};

struct PinChange {
    enum class Kind { added, moved, removed };
    Kind kind = Kind::added;
    std::string name;
    core::Pin before;                  // zero for added
    core::Pin after;                   // zero for removed
    std::vector<std::string> details;  // of what moved: commits between, package versions, sizes
};

struct LockResult {
    std::vector<PinChange> changes;  // sorted by name
    std::vector<core::Finding> findings;
    Sources sources;
    std::vector<std::string> strangers;  // names that are no inputs: wrong usage
    bool interrupted = false;
    bool written = false;  // false: contract.lock was right already, or nothing could be resolved
};

// An input that cannot be resolved is a finding and keeps the pin it had; the others are locked all the same.
LockResult lock(const LockRequest& request);

}  // namespace contract::pipeline
