// SPDX-License-Identifier: Apache-2.0
//
// The order of the stages and what a failure blocks. Stages never call each other: this is where they meet.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "contract/build/build.hpp"
#include "contract/core/output.hpp"
#include "contract/core/report.hpp"

namespace contract::pipeline {

struct CheckRequest {
    std::string directory;             // the contract directory, absolute
    std::string home;                  // of the store
    std::set<core::Stage> stages;      // empty: all
    std::vector<std::string> targets;  // empty: all; else these and what they need
    std::string system;                // to plan for
    std::string host;                  // this machine is that host; empty: none
    std::string compare_root;          // activation also compares with this directory; empty: no
    unsigned jobs = 1;
    bool twice = false;    // as in build::Request
    bool observe = false;  // as there
    bool offline = false;
    bool trusted = false;
    bool unknown_is_failure = true;
    std::function<void(core::Stage)> begins;               // may be empty
    std::function<void(const build::Progress&)> progress;  // as in build::Request
    std::function<bool()> interrupted;
};

struct Checked {
    core::Report report;
    core::Outputs outputs;                        // of the build stage, by target
    std::vector<build::FormattedFile> formatted;  // what formatters would change
    core::Plan plan;                              // empty where nothing could be planned
    std::vector<std::string> strangers;           // requested targets that no contract declares: wrong usage
};

Checked check(const CheckRequest& request);

}  // namespace contract::pipeline
