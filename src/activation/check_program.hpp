// SPDX-License-Identifier: Apache-2.0
//
// Whether the program that a unit starts will be there: in an output, among the declared files, or in the
// host's root.
#pragma once

#include <optional>

#include "host.hpp"

namespace contract::activation {

std::optional<core::Finding> check_program(const core::PlannedHost& host, const core::GenerationUnit& unit,
                                           const BuiltOutputs& outputs, const Machine& machine);

}  // namespace contract::activation
