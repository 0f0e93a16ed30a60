// SPDX-License-Identifier: Apache-2.0
//
// Lines of a log that say what is the matter in so many words: a lack of memory or of room, no home, what a
// shell of another kind would understand.
#pragma once

#include <optional>
#include <string_view>

#include "advice.hpp"

namespace contract::build {

std::optional<Advice> saying_advice(std::string_view line);

// What a shell says of words, scripts and variables.
std::optional<Advice> shell_advice(std::string_view line, const core::PlannedAction& action);

// What a build may not do, and what it cannot write.
std::optional<Advice> refusal_advice(std::string_view line, const core::PlannedAction& action,
                                     const LookAtFile& look);

}  // namespace contract::build
