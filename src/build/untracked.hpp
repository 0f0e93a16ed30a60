// SPDX-License-Identifier: Apache-2.0
//
// Files that lie in the working directory and did not come into the source of a build.
#pragma once

#include <optional>
#include <string>

#include "advice.hpp"

namespace contract::build {

// `name`: as the build asked for it, relative. Where the working directory has it, itself or in one of its
// folders, that path; not of what the build's folder (`look`) has.
std::optional<std::string> find_left_out(const std::string& name, const std::string& contract_directory,
                                         const LookAtFile& look);

}  // namespace contract::build
