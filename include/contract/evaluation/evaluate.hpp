// SPDX-License-Identifier: Apache-2.0
//
// Stage 1: manifest, lock and tracked files → Plan. Pure: no program, no environment, no clock, no network;
// the only eyes are `Files`. All mistakes in one run; a target that fails blocks what uses it and nothing
// else.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contract/core/files.hpp"
#include "contract/core/lock.hpp"
#include "contract/core/manifest.hpp"
#include "contract/core/plan.hpp"
#include "contract/core/report.hpp"
#include "contract/evaluation/flat_inputs.hpp"

namespace contract::evaluation {

// What stands behind the contract inputs: read from the store before evaluation.
struct ContractInputs {
    struct Contract {
        core::Files* files = nullptr;           // the tree of its input, where every file counts
        std::vector<core::Finding> findings{};  // about its file: told only of what is needed
    };
    Flattened flat;
    std::map<std::string, Contract> contracts{};  // by name, for each of flat.contracts
    // Contracts that cannot be used. Each names one of our inputs, which fails.
    std::vector<core::Finding> findings{};
};

struct Request {
    const core::Manifest& manifest;
    std::optional<core::Lock> lock;  // none: there is no contract.lock
    std::string system;              // "x86_64-linux": the system to plan for
    core::Files& files;
    const ContractInputs* contract_inputs = nullptr;  // null: no input is a contract
    // Fills PlannedHost::config of the hosts whose target it is, or starts it: "hosts.web.web.port"; "hosts"
    // of all of them. Empty: of none.
    std::string explain{};
    bool lock_usable = true;  // false: contract.lock could not be read whole, which has been told
};

struct Evaluated {
    core::Plan plan;
    core::StageResult result;  // one outcome per declared target
    // For reports: the text of every file that was read besides the manifests, and of every file with
    // sensitive values in it, which are blotted out.
    Sources sources;
};

Evaluated evaluate(const Request& request);

// The plan as `contract show --json` prints it, schema contract.plan/v1, is rendered by `report`.

}  // namespace contract::evaluation
