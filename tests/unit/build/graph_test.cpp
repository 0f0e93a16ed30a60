// SPDX-License-Identifier: Apache-2.0
#include "../../../src/build/graph.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "contract/base/result.hpp"

using namespace contract;
using namespace contract::build;

namespace {

core::PlannedAction action_named(const std::string& target, std::vector<std::string> needs) {
    core::PlannedAction action;
    action.target = target;
    action.depends_on = std::move(needs);
    return action;
}

core::PlannedInput input_named(const std::string& target) {
    core::PlannedInput input;
    input.target = target;
    return input;
}

core::Unplanned unplanned_named(const std::string& target, core::Outcome outcome,
                                std::vector<std::string> blocked_by) {
    core::Unplanned unplanned;
    unplanned.target = target;
    unplanned.outcome = outcome;
    unplanned.blocked_by = std::move(blocked_by);
    return unplanned;
}

std::vector<std::string> names_of(const Graph& graph) {
    std::vector<std::string> names;
    for (const auto& node : graph.nodes) names.push_back(node.target);
    std::sort(names.begin(), names.end());
    return names;
}

core::Plan plan_of_a_chain() {
    core::Plan plan;
    plan.inputs = {input_named("inputs.data"), input_named("inputs.idle"), input_named("inputs.tools")};
    core::PlannedToolchain toolchain;
    toolchain.target = "toolchains.c";
    toolchain.depends_on = {"inputs.tools"};
    plan.toolchains = {toolchain};
    plan.packages = {action_named("packages.app", {"packages.library", "toolchains.c"}),
                     action_named("packages.library", {"inputs.data"})};
    plan.checks = {action_named("checks.unit", {"packages.app"})};
    return plan;
}

}  // namespace

TEST_CASE("everything comes after what it needs, and unused inputs are left out", "[graph]") {
    const auto plan = plan_of_a_chain();
    const auto graph = graph_of(plan, {});
    CHECK(names_of(graph) == std::vector<std::string>{"checks.unit", "inputs.data", "inputs.tools",
                                                      "packages.app", "packages.library"});
    for (std::size_t index = 0; index < graph.nodes.size(); ++index)
        for (const auto need : graph.nodes[index].needs) CHECK(need < index);
    for (const auto& node : graph.nodes) CHECK((node.input != nullptr) != (node.action != nullptr));
}

TEST_CASE("asking for a target brings what it needs and nothing else", "[graph]") {
    const auto plan = plan_of_a_chain();
    CHECK(names_of(graph_of(plan, {"packages.library"})) ==
          std::vector<std::string>{"inputs.data", "packages.library"});
    CHECK(names_of(graph_of(plan, {"toolchains.c"})) == std::vector<std::string>{"inputs.tools"});
    CHECK(names_of(graph_of(plan, {"inputs.idle"})) == std::vector<std::string>{"inputs.idle"});
}

TEST_CASE("targets that evaluation could not plan are blocked here and block their users", "[graph]") {
    core::Plan plan;
    plan.packages = {action_named("packages.user", {"packages.broken"})};
    plan.unplanned = {unplanned_named("checks.unit", core::Outcome::blocked, {"inputs.gone"}),
                      unplanned_named("hosts.web", core::Outcome::failed, {}),
                      unplanned_named("packages.broken", core::Outcome::failed, {}),
                      unplanned_named("packages.elsewhere", core::Outcome::not_applicable, {})};
    const auto graph = graph_of(plan, {});
    REQUIRE(graph.nodes.size() == 1);
    CHECK(graph.nodes[0].missing == std::vector<std::string>{"packages.broken"});
    REQUIRE(graph.unplanned.size() == 3);
    CHECK(graph.unplanned[0].target == "checks.unit");
    CHECK(graph.unplanned[0].outcome == core::Outcome::blocked);
    CHECK(graph.unplanned[0].blocked_by == std::vector<std::string>{"inputs.gone"});
    CHECK(graph.unplanned[1].target == "packages.broken");
    CHECK(graph.unplanned[1].outcome == core::Outcome::blocked);
    CHECK(graph.unplanned[1].blocked_by == std::vector<std::string>{"packages.broken"});
    CHECK(graph.unplanned[2].outcome == core::Outcome::not_applicable);
}

TEST_CASE("a target nobody planned, and a cycle, are bugs and are told as such", "[graph]") {
    core::Plan plan;
    CHECK_THROWS_AS(graph_of(plan, {"packages.nothing"}), InternalError);
    plan.packages = {action_named("packages.a", {"packages.b"}), action_named("packages.b", {"packages.a"})};
    CHECK_THROWS_AS(graph_of(plan, {}), InternalError);
}
