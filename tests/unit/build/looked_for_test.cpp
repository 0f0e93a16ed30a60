// SPDX-License-Identifier: Apache-2.0
#include "../../../src/build/looked_for.hpp"

#include <catch2/catch.hpp>

#include "../../../src/build/failure.hpp"
#include "temporary.hpp"

using namespace contract;
using namespace contract::build;
using Kind = Clue::Kind;

namespace {

sandbox::Observation observation_of(std::vector<sandbox::LookUp> look_ups) {
    sandbox::Observation observation;
    observation.look_ups = std::move(look_ups);
    return observation;
}

core::PlannedAction action_named(const std::string& target) {
    core::PlannedAction action;
    action.target = target;
    return action;
}

}  // namespace

TEST_CASE("what was looked for and is on the machine is told, what was asked for last comes first",
          "[looked-for]") {
    const test::TempDir machine("/tmp");
    machine.write("include/loom.h", "");
    machine.write("pc/loom.pc", "");
    machine.write("bin/weaver", "#!/bin/sh\n", 0755);
    machine.write("thread.txt", "");
    const auto found = looked_for(observation_of({{machine / "include/loom.h", false, false, 3},
                                                  {machine / "pc/loom.pc", false, false, 4},
                                                  {"/usr/bin/weaver", false, true, 9},
                                                  {machine / "thread.txt", false, false, 5},
                                                  {machine / "not-there.h", false, false, 20}}),
                                  machine / "bin");
    // /tmp is inside the sandbox too, and what is found there says nothing.
    REQUIRE(found.size() == 3);
    CHECK(found[0] == LookedFor{Kind::program, "weaver", machine / "bin/weaver", true});
    CHECK(found[1] == LookedFor{Kind::package, "loom.pc", machine / "pc/loom.pc", false});
    CHECK(found[2] == LookedFor{Kind::header, "loom.h", machine / "include/loom.h", false});
}

TEST_CASE("what was found in another folder is not missing", "[looked-for]") {
    const test::TempDir machine;
    machine.write("bin/weaver", "#!/bin/sh\n", 0755);
    CHECK(looked_for(
              observation_of({{"/usr/local/bin/weaver", false, true, 1}, {"/usr/bin/weaver", true, true, 2}}),
              machine / "bin")
              .empty());
}

TEST_CASE("five are told at most", "[looked-for]") {
    const test::TempDir machine;
    std::vector<sandbox::LookUp> look_ups;
    for (int i = 0; i < 9; ++i) {
        const std::string name = "h" + std::to_string(i) + ".h";
        machine.write(name, "");
        look_ups.push_back({machine / name, false, false, static_cast<std::uint64_t>(i)});
    }
    const auto found = looked_for(observation_of(look_ups), "");
    REQUIRE(found.size() == 5);
    CHECK(found[0].name == "h8.h");
}

TEST_CASE("a connection makes the failure one of the network only where the log names nothing else",
          "[looked-for]") {
    sandbox::RunResult result;
    result.status = 1;
    result.observation.emplace();
    result.observation->connections.push_back(
        {"192.0.2.1:443", {"make", "sh", "curl"}, std::chrono::milliseconds(1240)});
    const auto silent = failure_finding(action_named("packages.a"), result, "", {});
    CHECK(silent.code == "build.network-attempt");
    const auto tried = [](const core::Finding& finding) {
        for (const auto& evidence : finding.evidence)
            if (evidence.kind == "tried") return evidence.text;
        return std::string();
    };
    CHECK(tried(silent) == "192.0.2.1:443 by curl (make → sh → curl), after 1.2 s");
    const auto named = failure_finding(action_named("packages.a"), result, "sh: weaver: not found\n", {});
    CHECK(named.code == "build.failed");
    CHECK(tried(named) == tried(silent));
    REQUIRE_FALSE(named.help.empty());
    CHECK(named.help.back().starts_with("if it needs the network: declare the download"));
    CHECK(failure_finding(action_named("packages.a"), result, "2 of 3 tests passed\n", {}).code ==
          "build.failed");
    result.observation->connections[0].address = "/run/docker.sock";
    CHECK(failure_finding(action_named("packages.a"), result, "", {}).code == "build.failed");
}

TEST_CASE("what was looked for gives help only where the log gives none, and a folder is never named",
          "[looked-for]") {
    sandbox::RunResult result;
    result.status = 1;
    const test::TempDir machine("/var/tmp");
    machine.write("bin/weaver", "#!/bin/sh\n", 0755);
    result.observation = observation_of({{"/usr/bin/weaver", false, true, 9}});
    const auto help = [&](const std::string& log) {
        return failure_finding(action_named("packages.a"), result, log, {machine / "bin"}).help;
    };
    REQUIRE(help("it did not work\n").size() == 1);
    CHECK(help("it did not work\n")[0].find("'weaver'") != std::string::npos);
    CHECK(help("a.c:1:2: error: wrong\n") == std::vector<std::string>{"correct a.c:1:2, the first error"});
    CHECK(help("cat: x: No such file or directory\n").empty());
    CHECK(looked_for(observation_of({{"/opt", false, false, 1}, {"/home", false, false, 2}}), "").empty());
}
