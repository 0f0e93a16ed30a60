// SPDX-License-Identifier: Apache-2.0
//
// Why one store path needs another: the shortest chain from the one to the other. Only reads.
#pragma once

#include <string>

#include "contract/base/result.hpp"
#include "contract/core/origin.hpp"
#include "contract/core/plan.hpp"
#include "contract/store/store.hpp"

namespace contract::pipeline {

// The path of a package or an input of the plan, by its target; none for anything else.
std::optional<core::StorePath> path_of_target(const core::Plan& plan, const std::string& target);

// Errors: not-built, naming the one that does not lie in the store; store-damaged, when the file behind a
// reference is gone; system. Where no record tells what `from` was built with, `plan` is asked.
Result<core::Why> why(const store::Store& store, const core::Plan& plan, const core::StorePath& from,
                      const core::StorePath& to);

}  // namespace contract::pipeline
