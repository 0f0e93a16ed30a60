// SPDX-License-Identifier: Apache-2.0
//
// Programs that a used package has where no PATH leads, and files that are not part of the source.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "contract/core/plan.hpp"

namespace contract::build {

// Where a store path lies on this machine.
using RealPath = std::function<std::string(const core::StorePath&)>;

struct ElsewhereInPackage {
    std::string package;  // "packages.loom"
    std::string place;    // "usr/local/bin/weaver"
    std::string trouble;  // of a program in its bin: why it does not start all the same
    std::string help;     // and what to do about that
};

std::optional<ElsewhereInPackage> find_in_packages(const core::PlannedAction& action,
                                                   const RealPath& real_path, const std::string& program);

}  // namespace contract::build
