// SPDX-License-Identifier: Apache-2.0
//
// A generation against a real directory, which is only read: the same decision as at an activation, every
// collision in one list.
#pragma once

#include <string>
#include <vector>

#include "host.hpp"

namespace contract::activation {

struct Comparison {
    std::vector<core::Finding> findings;
    std::vector<std::string> unreadable;  // what could not be found out, with the reason
};

// Errors: system, bad-owner-record: the directory as a whole could not be looked at.
Result<Comparison> compare_root(const core::PlannedHost& host, const std::vector<Wanted>& wanted,
                                const std::string& directory);

// The accounts of the directory, for owners that are declared nowhere. Errors: as above.
Result<Accounts> accounts_of(const std::string& directory);

}  // namespace contract::activation
