// SPDX-License-Identifier: Apache-2.0
//
// How many targets ended a stage how. Text and JSON both count here, so that they cannot disagree.
#pragma once

#include "contract/core/report.hpp"

namespace contract::report {

struct Counts {
    std::size_t passed = 0;  // cached ones included
    std::size_t cached = 0;
    std::size_t passed_hosts = 0;  // of `passed`
    std::size_t failed = 0;
    std::size_t unknown = 0;
    std::size_t blocked = 0;
    std::size_t skipped = 0;
    std::size_t not_applicable = 0;
};

Counts count_targets(const core::StageReport& stage);

// "12 cached, 3 built, 1 failed": the words of the stage; what is zero is left out. The numbers outside
// parentheses add up to the number of targets.
std::string counts_text(core::Stage stage, const core::StageReport& report);

}  // namespace contract::report
