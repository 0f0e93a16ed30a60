// SPDX-License-Identifier: Apache-2.0
//
// Where things in the store come from, as text and as JSON. Pure, and harmless to print.
#pragma once

#include <string>

#include "contract/core/origin.hpp"
#include "contract/report/report.hpp"

namespace contract::report {

std::string trace_text(const core::Traced& traced, const Style& style);
std::string trace_json(const core::Traced& traced);  // contract.trace/v1, ends with a newline
std::string why_text(const core::Why& why, const Style& style);
std::string why_json(const core::Why& why);  // contract.why/v1

// An in-toto Statement v1 with the predicate https://slsa.dev/provenance/v1, not signed. Requires that the
// origin has its action and its record.
std::string provenance_json(const core::Provenance& provenance);

}  // namespace contract::report
