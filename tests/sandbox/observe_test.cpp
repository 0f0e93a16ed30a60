// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>

#include "sandboxed.hpp"

using namespace contract;
using End = sandbox::RunResult::End;
using test::Sandboxed;

namespace {

// A shell in a root of this machine's folders.
sandbox::Setup shell(const Sandboxed& box, const std::string& script) {
    auto request = box.request({});
    request.root = {core::RootKind::host, "machine", {"/bin", "/lib", "/lib64", "/usr"}};
    request.environment = {{"PATH", "/nowhere:/usr/bin:/bin"}};
    request.command = {"/bin/sh", "-c", script};
    auto setup = sandbox::sealed_setup(request);
    setup.observed = true;
    return setup;
}

const sandbox::LookUp* find(const sandbox::Observation& observation, const std::string& path) {
    const auto found = std::find_if(observation.look_ups.begin(), observation.look_ups.end(),
                                    [&](const sandbox::LookUp& one) { return one.path == path; });
    return found == observation.look_ups.end() ? nullptr : &*found;
}

const sandbox::Observation& seen(const test::Outcome& outcome) {
    INFO(outcome.output);
    REQUIRE(outcome.result.observation);
    return *outcome.result.observation;
}

}  // namespace

TEST_CASE("an observed run ends as it would, and tells what was looked for") {
    const Sandboxed box;
    auto setup =
        shell(box,
              "mkdir -p folder; cd folder; test -e ../there; : > ../there; test -e ../there; rm ../there; "
              "cat /no/such/file; env true; echo out; exit 3");
    const auto outcome = box.run(setup);
    CHECK(outcome.result.end == End::exited);
    CHECK(outcome.result.status == 3);
    CHECK(outcome.output.find("out\n") != std::string::npos);
    const auto& observation = seen(outcome);
    CHECK(observation.whole);
    REQUIRE(find(observation, "/no/such/file"));
    CHECK_FALSE(find(observation, "/no/such/file")->found);
    CHECK_FALSE(find(observation, "/no/such/file")->executed);
    REQUIRE(find(observation, "/nowhere/true"));
    CHECK_FALSE(find(observation, "/nowhere/true")->found);
    CHECK(find(observation, "/nowhere/true")->executed);
    REQUIRE(find(observation, "/usr/bin/true"));
    CHECK(find(observation, "/usr/bin/true")->found);
    // Relative to where it was asked for, and found in the end.
    REQUIRE(find(observation, "/build/there"));
    CHECK(find(observation, "/build/there")->found);
    CHECK(find(observation, "/no/such/file")->last < find(observation, "/usr/bin/true")->last);

    setup.observed = false;
    const auto plain = box.run(setup);
    CHECK(plain.output == outcome.output);
    CHECK_FALSE(plain.result.observation);
}

TEST_CASE("a connection is seen with who made it, one to its own loopback is not") {
    const Sandboxed box;
    const auto outcome = box.run(shell(box,
                                       "sh -c 'python3 -B -c \"\n"
                                       "import socket\n"
                                       "for address in [(\\\"192.0.2.1\\\", 443), (\\\"127.0.0.1\\\", 9)]:\n"
                                       "    for kind in [socket.SOCK_STREAM, socket.SOCK_DGRAM]:\n"
                                       "        try: socket.socket(socket.AF_INET, kind).connect(address)\n"
                                       "        except OSError as error: print(error)\n"
                                       "try: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)"
                                       ".sendto(b\\\"x\\\", (\\\"192.0.2.2\\\", 514))\n"
                                       "except OSError as error: print(error)\n"
                                       "\"; true'; true"));
    const auto& observation = seen(outcome);
    REQUIRE(observation.connections.size() == 2);
    CHECK(observation.connections[0].address == "192.0.2.1:443");
    CHECK(observation.connections[0].processes == sandbox::Processes{"sh", "sh", "python3"});
    CHECK(observation.connections[1].address == "192.0.2.2:514");
}

TEST_CASE("a write is seen where nothing may be written, and only there") {
    const Sandboxed box;
    const auto outcome =
        box.run(shell(box,
                      "echo > /build/mine; echo > /tmp/mine; mkdir /usr/share/new; echo > /usr/bin/true; "
                      "echo > /dev/null; mkdir /homeless; true"));
    const auto& observation = seen(outcome);
    std::vector<std::string> paths;
    for (const auto& refused : observation.refused_writes) paths.push_back(refused.path);
    CHECK(paths == std::vector<std::string>{"/usr/share/new", "/usr/bin/true", "/homeless"});
    CHECK(observation.refused_writes[0].processes == sandbox::Processes{"sh", "mkdir"});
}

TEST_CASE("what ran until it was ended was observed until then") {
    const Sandboxed box;
    sandbox::RunLimits limits;
    limits.timeout = std::chrono::milliseconds(400);
    const auto outcome = box.run(
        shell(box, "while :; do test -e /no/such/file; done & while :; do cat /no/such/file; done"), limits);
    CHECK(outcome.result.end == End::timeout);
    CHECK(find(seen(outcome), "/no/such/file"));
}

TEST_CASE("many processes at once are all let go on") {
    const Sandboxed box;
    const auto outcome = box.run(shell(
        box,
        "i=0; while [ $i -lt 40 ]; do (test -e /no/$i; /usr/bin/true) & i=$((i+1)); done; wait; echo all"));
    CHECK(outcome.output == "all\n");
    const auto& observation = seen(outcome);
    for (int i = 0; i < 40; ++i) CHECK(find(observation, "/no/" + std::to_string(i)));
}

TEST_CASE("an observed program that is not there is an error as it always is") {
    const Sandboxed box;
    auto setup = shell(box, "");
    setup.command = {"/no/such/program"};
    const auto ran = sandbox::run(setup, {}, nullptr);
    REQUIRE_FALSE(ran);
    CHECK(ran.error().code == "program-missing");
}
