// SPDX-License-Identifier: Apache-2.0
//
// [overrides]: what our contract changes of the packages of others, wherever in this plan they are used. What
// it adds means what it means in our file.
#pragma once

#include <vector>

#include "state.hpp"

namespace contract::evaluation {

// Puts the changed package into State::overridden, when there is an override for `target`. One that has
// mistakes blocks its package.
void override_package(State& state, std::size_t target);
std::vector<core::ChangedKey> changed_keys(const State& state, std::size_t target);
// Reports every override of a package that does not exist.
void check_overrides(State& state);

}  // namespace contract::evaluation
