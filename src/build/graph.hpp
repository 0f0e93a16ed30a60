// SPDX-License-Identifier: Apache-2.0
//
// What this stage has to do: the inputs, packages, checks and formatters of a plan that somebody asked for,
// with what they need, in an order in which everything comes after its needs.
#pragma once

#include <string>
#include <vector>

#include "contract/core/plan.hpp"
#include "contract/core/report.hpp"

namespace contract::build {

struct Node {
    std::string target;                         // a formatter has a node for each of its batches
    const core::PlannedInput* input = nullptr;  // exactly one of the two is set
    const core::PlannedAction* action = nullptr;
    std::vector<std::size_t> needs;    // nodes before this one, sorted
    std::vector<std::string> missing;  // needs that evaluation could not plan
};

struct Graph {
    std::vector<Node> nodes;
    std::vector<std::size_t> asked;  // nodes that are among the targets, or what a target stands for; sorted
    std::vector<core::TargetOutcome> unplanned;  // packages and checks that evaluation could not plan
};

// `targets` may name anything in the plan; none means everything: all packages, checks and
// formatters, and what hosts, toolchains, shells, commands and probes need. Throws InternalError for a target
// the plan does not know, and for a cycle: evaluation lets neither through.
Graph graph_of(const core::Plan& plan, const std::vector<std::string>& targets);

}  // namespace contract::build
