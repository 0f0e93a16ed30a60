// SPDX-License-Identifier: Apache-2.0
#include "contract/os/process.hpp"

#include <signal.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <cstdlib>

#include "contract/base/text.hpp"
#include "temporary.hpp"

namespace os = contract::os;
using namespace std::chrono_literals;
using End = os::ProcessResult::End;

namespace {

os::ProcessRequest shell(const std::string& script) {
    os::ProcessRequest request;
    request.command = {"sh", "-c", script};
    request.environment = {{"PATH", "/usr/bin:/bin"}};
    return request;
}

}  // namespace

TEST_CASE("process: streams, status, environment and directory are what was asked for") {
    auto request = shell("echo out; echo err >&2; pwd; echo $NAME; exit 3");
    request.environment["NAME"] = "value";
    request.directory = "/usr";
    const auto result = os::run(request).value();
    CHECK(result.end == End::exited);
    CHECK(result.status == 3);
    CHECK(result.output == "out\n/usr\nvalue\n");
    CHECK(result.errors == "err\n");
}

TEST_CASE("process: input is given, and without one there is nothing to read") {
    auto request = shell("cat");
    request.input = "hello";
    CHECK(os::run(request).value().output == "hello");
    CHECK(os::run(shell("cat")).value().output.empty());
}

TEST_CASE("process: a signal is told apart from a status") {
    const auto result = os::run(shell("kill -9 $$")).value();
    CHECK(result.end == End::signalled);
    CHECK(result.status == 9);
}

TEST_CASE("process: at the deadline the whole group is killed") {
    auto request = shell("sleep 60 & echo $!; wait");
    request.deadline = 300ms;
    const auto started = std::chrono::steady_clock::now();
    const auto result = os::run(request).value();
    CHECK(result.end == End::deadline);
    CHECK(std::chrono::steady_clock::now() - started < 5s);
    const auto child = static_cast<pid_t>(std::atoi(result.output.c_str()));
    REQUIRE(child > 0);
    // The kernel ends it soon, not at once.
    bool gone = false;
    for (int i = 0; i < 500 && !gone; ++i) {
        const auto state =
            os::run(shell("cut -d' ' -f3 /proc/" + std::to_string(child) + "/stat 2> /dev/null"))
                .value()
                .output;
        gone = state.empty() || state.starts_with("Z") || state.starts_with("X");
    }
    CHECK(gone);
}

TEST_CASE("process: a program that leaves a child with its streams does not hold us up") {
    auto request = shell("sleep 60 & echo done");
    request.deadline = 20s;
    const auto result = os::run(request).value();
    CHECK(result.end == End::exited);
    CHECK(result.output == "done\n");
    CHECK(result.duration < 10s);
}

TEST_CASE("process: output past the limit is dropped and said") {
    auto request = shell("head -c 100000 /dev/zero | tr '\\0' x");
    request.output_limit = 1000;
    const auto result = os::run(request).value();
    CHECK(result.output == std::string(1000, 'x'));
    CHECK(result.truncated);
    CHECK(result.succeeded());
}

TEST_CASE("process: a missing program is its own error") {
    auto request = shell("");
    request.command = {"no-such-program-here"};
    CHECK(os::run(request).error().code == "program-missing");
    CHECK_FALSE(os::find_program("sh", "/nowhere"));
    CHECK(os::find_program("sh", "/nowhere:/bin") == "/bin/sh");
}
