// SPDX-License-Identifier: Apache-2.0
//
// What a target stands on: root, mounted store paths and environment, with its toolchains followed.
#pragma once

#include "state.hpp"

namespace contract::evaluation {

// Reports root-conflict and env-conflict. Requires that everything `target` needs is usable.
Standing stand(State& state, std::size_t target, const core::TargetHead& head);
// The same for what has `uses` only.
Standing stand(State& state, std::size_t target, const core::Texts& uses);

// Renders `variables` over what toolchains set.
void set_variables(State& state, std::size_t target, const std::vector<core::Variable>& variables,
                   Standing& standing);

// The variables of a process: PATH and its kin from the packages and the root, then what was declared.
std::map<std::string, std::string> process_environment(const Standing& standing);

void sort_unique(std::vector<std::string>& names);

}  // namespace contract::evaluation
