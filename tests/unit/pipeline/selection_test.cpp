// SPDX-License-Identifier: Apache-2.0
#include "selection.hpp"

#include <catch2/catch.hpp>

namespace core = contract::core;
namespace pipeline = contract::pipeline;
using core::Stage;
using Names = std::vector<std::string>;

namespace {

core::Plan plan() {
    core::Plan plan;
    plan.packages.resize(2);
    plan.packages[0].target = "packages.a";
    plan.packages[1].target = "packages.b";
    plan.hosts.resize(1);
    plan.hosts[0].target = "hosts.h";
    plan.hosts[0].depends_on = {"packages.a"};
    plan.probes.resize(1);
    plan.probes[0].target = "probes.p";
    return plan;
}

pipeline::Selection select(std::set<Stage> stages, Names targets, Names* strangers = nullptr) {
    pipeline::CheckRequest request;
    request.stages = std::move(stages);
    request.targets = std::move(targets);
    Names unknown;
    auto selection = pipeline::select(request, plan(), unknown);
    if (strangers != nullptr) *strangers = unknown;
    return selection;
}

}  // namespace

TEST_CASE("selection: nothing asked means everything") {
    const auto all = select({}, {});
    CHECK(all.stages.size() == 4);
    CHECK(all.builds.empty());
}

TEST_CASE("selection: a later stage brings just what it needs to be built") {
    const auto activation = select({Stage::activation}, {});
    CHECK(activation.stages == std::set{Stage::build, Stage::activation});
    CHECK(activation.builds == Names{"packages.a"});
    CHECK(select({Stage::runtime}, {}).stages == std::set{Stage::runtime});
}

TEST_CASE("selection: targets leave out the stages that none of them belongs to") {
    const auto package = select({}, {"packages.b"});
    CHECK(package.stages == std::set{Stage::evaluation, Stage::build});
    CHECK(package.builds == Names{"packages.b"});
    const auto host = select({}, {"hosts.h"});
    CHECK(host.builds == Names{"packages.a"});
    CHECK(host.hosts == Names{"hosts.h"});
    CHECK_FALSE(host.stages.contains(Stage::runtime));
}

TEST_CASE("selection: a host brings its own probes, and no others") {
    core::Plan with_probes = plan();
    with_probes.hosts.resize(2);
    with_probes.hosts[1].target = "hosts.h2";
    for (const auto* target : {"hosts.h.probes.p", "hosts.h.secrets.key", "hosts.h2.probes.p"})
        with_probes.probes.emplace_back().target = target;
    pipeline::CheckRequest request;
    request.targets = {"hosts.h", "hosts.h.probes.p"};
    Names strangers;
    const auto selection = pipeline::select(request, with_probes, strangers);
    CHECK(strangers.empty());
    CHECK(selection.stages.contains(Stage::runtime));
    CHECK(selection.probes == Names{"hosts.h.probes.p", "hosts.h.secrets.key"});
}

TEST_CASE("selection: a target that is nowhere declared is named") {
    Names strangers;
    select({}, {"packages.a", "packages.zz"}, &strangers);
    CHECK(strangers == Names{"packages.zz"});
}
