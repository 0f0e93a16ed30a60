// SPDX-License-Identifier: Apache-2.0
//
// Stand-in until the real one comes.
#pragma once

#include "contract/inputs/inputs.hpp"

namespace contract::inputs::deb {
constexpr int newest_layout = 1;
Result<Digest> unpack_packages(const std::vector<core::LockedPackage>& packages,
                               const core::DebSource& source, int layout, const Context& context);
}  // namespace contract::inputs::deb
