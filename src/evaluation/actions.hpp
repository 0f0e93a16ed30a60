// SPDX-License-Identifier: Apache-2.0
//
// From the keys of a target to the action that it is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "state.hpp"

namespace contract::evaluation {

struct ActionKeys {
    const core::TargetHead& head;
    const std::optional<core::SourceSelection>& source;
    const core::Texts& patches;
    const core::Command* command;  // null: the caller fills it in
    const core::Limits& limits;
};

// None when a finding was reported. Requires that everything `target` needs is usable.
std::optional<core::PlannedAction> plan_action(State& state, std::size_t target, const ActionKeys& action);

// The argument list that a script or a list of arguments is run as.
std::vector<std::string> command_of(State& state, std::size_t target, const core::Command& command);
std::vector<std::string> arguments_of(State& state, std::size_t target, const core::Texts& arguments);

}  // namespace contract::evaluation
