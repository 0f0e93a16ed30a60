// SPDX-License-Identifier: Apache-2.0
//
// contract.lock: text ⇄ Lock. What is written is sorted, one fact per line, the same bytes for the same lock.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contract/core/finding.hpp"
#include "contract/core/lock.hpp"

namespace contract::manifest {

struct ParsedLock {
    core::Lock lock;
    std::vector<core::Finding> findings;  // evaluation.bad-lock
};

ParsedLock parse_lock(std::string file, std::string_view text);
std::string write_lock(const core::Lock& lock);

}  // namespace contract::manifest
