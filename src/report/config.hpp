// SPDX-License-Identifier: Apache-2.0
//
// What a host decided, as text and as JSON.
#pragma once

#include <string>

#include "contract/core/plan.hpp"
#include "contract/json/json.hpp"

namespace contract::report {

// One option whole, or the values of all options below a path; empty when there is none.
std::string config_text(const core::PlannedHost& host, const std::string& path);
// The merged options as one object; sensitive ones and those without a value are left out.
json::Value config_member(const core::PlannedHost& host);
// By path: type, where it is declared, and each definition with what became of it.
json::Value provenance_member(const core::PlannedHost& host);

}  // namespace contract::report
