// SPDX-License-Identifier: Apache-2.0
//
// What happens between processes: two that want the same, and one that is killed.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>

#include "workshop.hpp"

using namespace contract;

namespace {

struct Process {
    pid_t pid = -1;
    std::string log;
};

Process start(const test::TempDir& directory, const std::string& name, const std::string& script) {
    const auto program = os::environment_variable("BUILD_PROCESS").value();
    Process process{-1, directory / (name + ".log")};
    const std::string home = directory / "home";
    const pid_t pid = ::fork();
    if (pid == 0) {
        const int fd = ::open(process.log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        ::dup2(fd, 1);
        ::execl(program.c_str(), program.c_str(), "build", home.c_str(), script.c_str(), nullptr);
        ::_exit(127);
    }
    process.pid = pid;
    return process;
}

int wait_for(const Process& process) {
    int status = 0;
    ::waitpid(process.pid, &status, 0);
    return status;
}

// Polls until `condition` holds; false after a generous deadline.
template <typename Condition>
bool eventually(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        ::usleep(2000);
    }
    return true;
}

std::size_t working_directories(const test::TempDir& directory) {
    const auto names = os::list_directory(directory / "home/tmp");
    std::size_t found = 0;
    if (names)
        for (const auto& name : *names) found += name.rfind("build-", 0) == 0 ? 1u : 0u;
    return found;
}

}  // namespace

TEST_CASE("two processes that want the same target build it once", "[process]") {
    const test::TempDir directory;
    const std::string script = "echo $$ > $out/x; sleep 0.5";
    const auto one = start(directory, "one", script), other = start(directory, "other", script);
    CHECK(wait_for(one) == 0);
    CHECK(wait_for(other) == 0);
    auto first = os::read_file(one.log).value(), second = os::read_file(other.log).value();
    if (second == "built\n") std::swap(first, second);
    CHECK(first == "built\n");
    CHECK(second == "cached\n");
}

TEST_CASE("killed in the middle of a build, nothing stays behind that a second run could trip over",
          "[process]") {
    const test::TempDir directory;
    const auto first = start(directory, "first", "echo half > $out/x; sleep 1000");
    REQUIRE(eventually([&] { return working_directories(directory) == 1; }));
    REQUIRE(::kill(first.pid, SIGKILL) == 0);
    CHECK(WIFSIGNALED(wait_for(first)));

    // The lock is free at once, and the same recipe is really run again: it is ended by its timeout.
    test::Workshop shop(directory / "home");
    shop.package("shared", "echo half > $out/x; sleep 1000");
    shop.plan.packages[0].limits.timeout_seconds = 1;
    const auto again = shop.build(1);
    REQUIRE(again.result.findings.size() == 1);
    CHECK(again.result.findings[0].code == "build.timeout");

    const auto second = start(directory, "second", "echo whole > $out/x");
    CHECK(wait_for(second) == 0);
    CHECK(os::read_file(second.log).value() == "built\n");
}
