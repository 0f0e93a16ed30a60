// SPDX-License-Identifier: Apache-2.0
//
// What a sealed process may write has to belong to it.
#pragma once

#include <string>

#include "contract/base/result.hpp"

namespace contract::build {

// The sealed process of root is somebody else; of anybody else it is the same user, and nothing is to do.
Result<> give_to_builder(const std::string& path);

}  // namespace contract::build
