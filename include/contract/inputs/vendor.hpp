// SPDX-License-Identifier: Apache-2.0
//
// A directory from which a machine without a network can fetch what a lock names. It holds the pinned
// originals, downloads, packages, layers, repositories, under names made of their digests; what is fetched
// from it is verified like anything else.
#pragma once

#include <string>
#include <vector>

#include "contract/core/configuration.hpp"
#include "contract/inputs/inputs.hpp"

namespace contract::inputs {

struct Vendored {
    core::Configuration configuration;  // leads from what contracts name to the directory
    std::vector<std::string> left_out;  // inputs that need no copy or can have none, a sentence each
};

// Adds what `input` needs, for all systems it is locked for, to `directory` (absolute, existing) and to
// `vendored`. What the store does not have is fetched first. A file that is there already is kept. Errors: as
// materialise.
Result<> vendor(const core::PlannedInput& input, const std::string& directory, const Context& context,
                Vendored& vendored);

}  // namespace contract::inputs
