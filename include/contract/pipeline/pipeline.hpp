// SPDX-License-Identifier: Apache-2.0
//
// The order of the stages and what a failure blocks.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "contract/build/build.hpp"
#include "contract/core/report.hpp"

namespace contract::pipeline {

struct CheckRequest {
    std::string directory;             // the contract directory, absolute
    std::string home;                  // of the store
    std::set<core::Stage> stages;      // empty: all
    std::vector<std::string> targets;  // empty: all
    std::string system;
    std::string host;
    std::string root;
    unsigned jobs = 1;
    bool offline = false;
    bool trusted = false;
    bool unknown_is_failure = true;
    std::function<void(const build::Progress&)> progress;
    std::function<bool()> interrupted;
};

core::Report check(const CheckRequest& request);

}  // namespace contract::pipeline
