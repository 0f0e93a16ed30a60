// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "contract/core/finding.hpp"

namespace contract::evaluation {

// A mistake below a `for` is one for each entry, and of a range one for each host: of findings with one code
// and one place eight are left, and the last of them says how many more there were. `findings` are in the
// order of their places.
void shorten_repeats(std::vector<core::Finding>& findings);

}  // namespace contract::evaluation
