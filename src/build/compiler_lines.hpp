// SPDX-License-Identifier: Apache-2.0
//
// Lines of compilers, linkers and of what they build into a program to watch it (sanitizers).
#pragma once

#include <optional>
#include <string_view>

#include "advice.hpp"

namespace contract::build {

// "FILE:LINE:COLUMN" of "FILE:LINE:COLUMN: error: …" or "fatal error: …"; empty: it is no such line.
std::string_view diagnosed_place(std::string_view line);

// `log` is all of it: what is wrong in a header of somebody else is told where the build's own file uses it.
std::optional<Advice> compiler_advice(std::string_view line, std::string_view log,
                                      const core::PlannedAction& action);
std::optional<Advice> linker_advice(std::string_view line);
std::optional<Advice> sanitizer_advice(std::string_view line);

}  // namespace contract::build
