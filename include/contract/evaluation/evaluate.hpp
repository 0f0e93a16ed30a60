// SPDX-License-Identifier: Apache-2.0
//
// Stage 1: manifest, lock and tracked files → Plan. Pure: no program, no environment, no clock, no network;
// the only eyes are `Files`. All mistakes in one run; a target that fails blocks what uses it and nothing
// else.
#pragma once

#include <optional>
#include <string>

#include "contract/core/files.hpp"
#include "contract/core/lock.hpp"
#include "contract/core/manifest.hpp"
#include "contract/core/plan.hpp"
#include "contract/core/report.hpp"

namespace contract::evaluation {

struct Request {
    const core::Manifest& manifest;
    std::optional<core::Lock> lock;  // none: there is no contract.lock
    std::string system;              // "x86_64-linux": the system to plan for
    core::Files& files;
};

struct Evaluated {
    core::Plan plan;
    core::StageResult result;  // one outcome per declared target
};

Evaluated evaluate(const Request& request);

// The plan as `contract show --json` prints it, schema contract.plan/v1, is rendered by `report`.

}  // namespace contract::evaluation
