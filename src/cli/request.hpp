// SPDX-License-Identifier: Apache-2.0
//
// The part of a request to the pipeline that commands share.
#pragma once

#include <string>

#include "command.hpp"
#include "contract/base/result.hpp"
#include "contract/pipeline/check.hpp"

namespace contract::cli {

Error usage_error(std::string message);

// Targets, system, jobs, offline, progress and interruption.
Result<pipeline::CheckRequest> build_request(const Arguments& arguments, const std::string& directory);

// Says which of the asked-for targets no contract declares, and returns exit status 2; prints the findings
// instead when the contract could not be read.
int unknown_targets(const pipeline::Checked& checked);

}  // namespace contract::cli
