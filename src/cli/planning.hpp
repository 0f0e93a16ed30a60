// SPDX-License-Identifier: Apache-2.0
//
// What commands share that ask about a target without building it: the plan, and the store path a word means.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "command.hpp"
#include "contract/core/plan.hpp"
#include "contract/core/store_path.hpp"
#include "contract/store/store.hpp"

namespace contract::cli {

// Something whose output or tree is asked about.
struct Asked {
    std::string name;  // as it was given
    core::StorePath path;
};

// The findings of an error that belongs to the build stage, printed; returns the exit status, which is that
// of wrong usage when the error is one.
int tell(const Error& error, const Arguments& arguments);

// Plans the contract in whose directory the command runs; prints its findings. When it cannot be planned, the
// exit status instead.
std::variant<core::Plan, int> plan_for(const Arguments& arguments, store::Store& store);

// The path of a package or an input; else says that there is none, and returns the exit status.
std::variant<Asked, int> asked_target(const core::Plan& plan, const std::string& name);

}  // namespace contract::cli
