// SPDX-License-Identifier: Apache-2.0
//
// Before anything is built: what the user's configuration names as places of results is asked for what the
// store lacks. A place that cannot be reached, or is not believed, is a warning and is left out; what it does
// not have is built. Where nothing is lacking no place is asked.
#pragma once

#include <vector>

#include "contract/build/build.hpp"
#include "contract/core/finding.hpp"
#include "contract/core/result_keys.hpp"

namespace contract::pipeline {

std::vector<core::Finding> take_from_caches(const build::Request& request, const core::ResultKeys& keys);

}  // namespace contract::pipeline
