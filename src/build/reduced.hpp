// SPDX-License-Identifier: Apache-2.0
//
// Telling that results come from a sandbox that lacked something, which a contract may accept and nobody may
// overlook.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contract/core/finding.hpp"

namespace contract::build {

struct LessSealed {
    std::string target;
    std::vector<std::string> missing;  // empty for a result of an earlier run
};

// One warning for the run, whatever was built now or earlier; none when everything was sealed.
std::optional<core::Finding> reduced_finding(const std::vector<LessSealed>& results);

}  // namespace contract::build
