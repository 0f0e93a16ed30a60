// SPDX-License-Identifier: Apache-2.0
//
// A probe's declaration against the table of kinds: parameters by name and type, expectation by its facts.
#pragma once

#include "state.hpp"

namespace contract::evaluation {

// Reports every mistake that shows without values and compiles the interpolations.
void check_probe(State& state, std::size_t target, const core::Probe& probe);

}  // namespace contract::evaluation
