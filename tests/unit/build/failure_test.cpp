// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>

#include <atomic>
#include <catch2/catch.hpp>

#include "contract/base/text.hpp"
#include "contract/store/log.hpp"
#include "skip.hpp"
#include "workshop.hpp"

using namespace contract;
using test::has_evidence;
using test::outcome;
using test::told;
using test::Workshop;

namespace {

const core::Finding& only_finding(const build::Built& built) {
    INFO(join(told(built), "\n"));
    REQUIRE(built.result.findings.size() == 1);
    return built.result.findings[0];
}

}  // namespace

TEST_CASE("a failing package blocks what needs it and nothing else", "[failure]") {
    Workshop shop;
    shop.package("broken", "echo about to fail; exit 7");
    shop.package("near", "touch $out/x", {"packages.broken"});
    shop.check("far", "true", {"packages.near"});
    shop.package("apart", "touch $out/x");
    const auto built = shop.build();
    const auto& finding = only_finding(built);
    CHECK(finding.code == "build.failed");
    CHECK(finding.target == "packages.broken");
    CHECK(finding.where == shop.plan.packages[0].where);
    CHECK(finding.blocks == std::vector<std::string>{"checks.far", "packages.near"});
    CHECK(has_evidence(finding, "log", "about to fail"));
    CHECK(has_evidence(finding, "exit", "status 7"));
    CHECK(outcome(built, "packages.broken").outcome == core::Outcome::failed);
    for (const auto* blocked : {"packages.near", "checks.far"}) {
        CHECK(outcome(built, blocked).outcome == core::Outcome::blocked);
        CHECK(outcome(built, blocked).blocked_by == std::vector<std::string>{"packages.broken"});
    }
    CHECK(outcome(built, "packages.apart").outcome == core::Outcome::passed);
    CHECK(built.outputs.size() == 1);
}

TEST_CASE("a failure keeps its log and runs again", "[failure]") {
    Workshop shop;
    shop.package("broken", "echo out; echo err >&2; exit 1");
    const auto built = shop.build();
    const auto& key = outcome(built, "packages.broken").action;
    REQUIRE(key);
    const auto log = os::read_file(shop.store.log_file(*key));
    REQUIRE(log);
    CHECK(log->rfind("out\nerr\ncontract: it exited with status 1 after ", 0) == 0);
    CHECK(shop.store.last_log(shop.directory.path(), "packages.broken").value() == *key);
    CHECK(outcome(shop.build(), "packages.broken").outcome == core::Outcome::failed);
}

TEST_CASE("a failing check is build.check-failed", "[failure]") {
    Workshop shop;
    shop.check("unit", "echo expected 1, got 2; exit 3");
    const auto built = shop.build();
    CHECK(only_finding(built).code == "build.check-failed");
    CHECK(built.result.findings[0].message == "check 'unit' failed: it exited with status 3");
}

TEST_CASE("a build that leaves nothing in $out is build.output-missing", "[failure]") {
    Workshop shop;
    shop.package("empty", "test -d $out; true");
    CHECK(only_finding(shop.build()).code == "build.output-missing");
}

TEST_CASE("a FIFO in $out is refused by name", "[failure]") {
    Workshop shop;
    shop.package("pipe", "mkfifo $out/queue");
    const auto built = shop.build();
    CHECK(only_finding(built).code == "build.output-not-allowed");
    CHECK(built.result.findings[0].target == "packages.pipe");
    CHECK(built.result.findings[0].where == shop.plan.packages[0].where);
}

TEST_CASE("a build that runs too long, or says nothing for too long, is ended", "[failure]") {
    Workshop shop;
    shop.package("slow", "while :; do echo working; sleep 0.05; done");
    shop.plan.packages[0].limits.timeout_seconds = 1;
    CHECK(only_finding(shop.build()).code == "build.timeout");
    shop.plan.packages[0] = test::action(shop.plan, "packages.slow", "sleep 1000");
    shop.plan.packages[0].limits.silence_seconds = 1;
    CHECK(only_finding(shop.build()).code == "build.silence");
}

TEST_CASE("a build that prints without end is ended, and its log is bounded", "[failure]") {
    Workshop shop;
    shop.package("loud", "yes 'the same line again and again'");
    const auto built = shop.build();
    CHECK(only_finding(built).code == "build.output-limit");
    const auto file = shop.store.log_file(*outcome(built, "packages.loud").action);
    CHECK(store::read_log(file).value().size() <= (64u << 20) + 200);
    // And nobody keeps that much of one line.
    CHECK_FALSE(os::exists(file));
    CHECK(os::status(file + ".gz").value()->size < 1u << 20);
}

TEST_CASE("a tool of this machine that is not declared is named with its path", "[failure]") {
    Workshop shop;
    const test::TempDir tools;
    tools.write("weaver", "#!/bin/sh\n", 0755);
    const auto path = os::environment_variable("PATH").value_or("/usr/bin:/bin");
    REQUIRE(::setenv("PATH", (tools.path() + ":" + path).c_str(), 1) == 0);
    shop.package("cloth", "weaver --now");
    const auto built = shop.build();
    REQUIRE(::setenv("PATH", path.c_str(), 1) == 0);
    CHECK(only_finding(built).code == "build.failed");
    CHECK(has_evidence(built.result.findings[0], "undeclared",
                       "'weaver' is on this machine (" + (tools / "weaver")));
}

TEST_CASE("an attempt to reach the network is build.network-attempt", "[failure]") {
    Workshop shop;
    if (!os::find_program("python3", "/usr/bin:/bin"))
        test::skip("there is no python3 to open a connection with");
    shop.package("fetching", "python3 -c 'import socket; socket.create_connection((\"192.0.2.1\", 80), 5)'");
    const auto built = shop.build();
    CHECK(only_finding(built).code == "build.network-attempt");
    CHECK(has_evidence(built.result.findings[0], "network", "unreachable"));
}

TEST_CASE("a program that is not there inside is told before the log is searched", "[failure]") {
    Workshop shop;
    shop.package("none", "");
    shop.plan.packages[0].recipe.command = {"/nowhere/at/all"};
    const auto built = shop.build();
    CHECK(only_finding(built).code == "build.program-missing");
    CHECK(built.result.findings[0].target == "packages.none");
}

TEST_CASE("an input that cannot be fetched fails by itself and blocks its users", "[failure]") {
    Workshop shop;
    core::PlannedInput input;
    input.target = "inputs.gone";
    input.where = {"contract.toml", 3, 1, 3, 14, 20, 33};
    input.kind = core::InputKind::path;
    input.url = "./no-such-folder";
    input.pin.tree = Digest::of("what was there");
    input.path = {input.pin.tree, "gone"};
    shop.plan.inputs.push_back(input);
    shop.package("user", "touch $out/x", {"inputs.gone"});
    shop.package("apart", "touch $out/x");
    const auto built = shop.build();
    const auto& finding = only_finding(built);
    CHECK(finding.target == "inputs.gone");
    CHECK(finding.where == input.where);
    CHECK(finding.blocks == std::vector<std::string>{"packages.user"});
    CHECK(outcome(built, "inputs.gone").outcome == core::Outcome::failed);
    CHECK(outcome(built, "packages.user").blocked_by == std::vector<std::string>{"inputs.gone"});
    CHECK(outcome(built, "packages.apart").outcome == core::Outcome::passed);
}

TEST_CASE("an order to stop ends what runs and starts nothing more", "[failure]") {
    Workshop shop;
    shop.package("first", "sleep 1000");
    shop.package("second", "touch $out/x");
    std::atomic<bool> started{false};
    shop.progress = [&](const build::Progress&) { started = true; };
    shop.interrupted = [&] { return started.load(); };
    const auto built = shop.build(1);
    CHECK(told(built).empty());
    for (const auto* target : {"packages.first", "packages.second"}) {
        CHECK(outcome(built, target).outcome == core::Outcome::unknown);
        CHECK(outcome(built, target).reason == "interrupted");
    }
    shop.interrupted = nullptr;
    CHECK(outcome(shop.build(1, {"packages.second"}), "packages.second").outcome == core::Outcome::passed);
}
