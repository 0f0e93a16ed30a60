// SPDX-License-Identifier: Apache-2.0
//
// Whether the program that a unit starts will be there: in an output, among the declared files, or in the
// host's root; and the same for packages on PATH.
#pragma once

#include <optional>

#include "host.hpp"

namespace contract::activation {

std::optional<core::Finding> check_program(const core::PlannedHost& host, const core::GenerationUnit& unit,
                                           const BuiltOutputs& outputs, const Machine& machine);

// Whether a package that shall be on PATH has anything to put there.
std::optional<core::Finding> check_path_package(const core::PlannedHost& host,
                                                const core::PathPackage& package,
                                                const BuiltOutputs& outputs);

}  // namespace contract::activation
