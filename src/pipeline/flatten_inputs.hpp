// SPDX-License-Identifier: Apache-2.0
//
// What `contract lock` and `contract update` do with contracts that are inputs: their inputs become entries
// of our lock, pinned as their own lock pins them. Only where that says nothing is one resolved here.
#pragma once

#include <functional>
#include <vector>

#include "contract/core/finding.hpp"
#include "contract/core/lock.hpp"
#include "contract/core/manifest.hpp"
#include "contract/inputs/inputs.hpp"

namespace contract::pipeline {

struct FlattenRequest {
    const core::Manifest& manifest;
    const core::Lock& old;
    const inputs::Context& context;
    std::function<bool(const std::string&)> moves;  // whether the pins behind this input of ours move
    std::function<inputs::Wish(const core::Pin* before)> wish;
};

// Adds the entries of inputs of inputs to `next`, which has ours. Where a contract cannot be read, the
// entries that the old lock has behind it are kept.
struct Flat {
    std::vector<core::Finding> findings;
    Sources sources;  // of the contracts that were read
};
Flat flatten_inputs(const FlattenRequest& request, core::Lock& next);

}  // namespace contract::pipeline
