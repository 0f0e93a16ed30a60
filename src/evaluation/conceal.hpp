// SPDX-License-Identifier: Apache-2.0
//
// Reports draw lines of the files they are about. Where a sensitive value is written in such a line, stars
// are drawn instead.
#pragma once

#include <vector>

#include "contract/base/span.hpp"

namespace contract::evaluation {

// The files that have a secret in them, with each of the secrets blotted out: as many bytes, the same lines.
Sources conceal(const Sources& sources, const std::vector<Span>& secrets);

}  // namespace contract::evaluation
