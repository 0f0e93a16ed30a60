// SPDX-License-Identifier: Apache-2.0
#include "../../../src/build/advice.hpp"

#include <catch2/catch.hpp>

using namespace contract;
using namespace contract::build;

namespace {

using End = sandbox::RunResult::End;

sandbox::RunResult exited(int status) {
    sandbox::RunResult result;
    result.status = status;
    return result;
}

std::vector<Advice> advice(std::string_view log, const sandbox::RunResult& result = exited(1),
                           const LookAtFile& look = {}) {
    core::PlannedAction action;
    action.target = "packages.a";
    return advice_for(action, result, log, look);
}

}  // namespace

TEST_CASE("a line of the log is understood, and what to do about it is said", "[advice]") {
    struct Row {
        std::string line;
        std::string kind;
        std::string part;  // of the help
    };
    const std::vector<Row> rows{
        {"a.c:3:14: error: expected ';' before '}' token", "compiler", "correct a.c:3:14"},
        {"src/b.cc:7: error: no such thing", "compiler", "src/b.cc:7"},
        {"a.c:(.text+0x5): undefined reference to `deflate'", "unlinked", "'deflate'"},
        {"lld: error: undefined symbol: inflate", "unlinked", "'inflate'"},
        {"ModuleNotFoundError: No module named 'yaml'", "missing", "Python module 'yaml'"},
        {"Can't locate JSON/XS.pm in @INC (you may need to install it)", "missing",
         "Perl module 'JSON/XS.pm'"},
        {"Error: Cannot find module 'left-pad'", "missing", "Node module 'left-pad'"},
        {"in `require': cannot load such file -- rake (LoadError)", "missing", "Ruby file 'rake'"},
        {"mkdir: cannot create directory '/homeless': Read-only file system", "home", "HOME"},
        {"touch: cannot touch '/usr/x': Read-only file system", "read-only", "below $out"},
        {"cp: cannot create '/var/lib/contract/store/abc-x/y': Permission denied", "read-only", "copy it"},
        {"chown: changing ownership of 'x': Operation not permitted", "refused", "privileges"},
        {"MemoryError", "memory", "use less"},
        {"terminate called after throwing an instance of 'std::bad_alloc'", "memory", "use less"},
        {"Out of memory!", "memory", "use less"},
        {"memory allocation of 4096 bytes failed", "memory", "use less"},
        {"RuntimeError: can't start new thread", "memory", "use less"},
        {"sh: 1: Cannot fork", "processes", "8192"},
        {"write error: No space left on device", "disk", "CONTRACT_HOME"},
    };
    for (const auto& row : rows) {
        INFO(row.line);
        const auto found = advice("before\n" + row.line + "\nafter\n");
        REQUIRE(found.size() == 1);
        CHECK(found.front().kind == row.kind);
        CHECK(found.front().text == row.line);
        CHECK(found.front().help.find(row.part) != std::string::npos);
    }
}

TEST_CASE("a limit of memory is named where it may be the cause", "[advice]") {
    core::PlannedAction action;
    action.target = "packages.a";
    action.limits.memory_bytes = 64 << 20;
    const auto said = advice_for(action, exited(1), "std::bad_alloc\n", {});
    REQUIRE(said.size() == 1);
    CHECK(
        said.front().help ==
        "raise `memory` of 'packages.a', by which each of its processes may have 64 MiB, or let it use less");
    const auto crashed = advice_for(action, exited(139), "starting\n", {});
    REQUIRE(crashed.size() == 1);
    CHECK(crashed.front().kind == "signal");
    CHECK(crashed.front().help.ends_with("may have 64 MiB"));
    CHECK(advice("std::bad_alloc\n").front().help.find("raise") == std::string::npos);
}

TEST_CASE("what only looks like it is no advice", "[advice]") {
    for (const auto* line :
         {"checking for errors: none", "a.c:1:10: fatal error: zlib.h: No such file or directory",
          "note: error: nothing", "kill: Operation not permitted", "cat: /etc/shadow: Permission denied",
          "the module is named 'x'"}) {
        INFO(line);
        CHECK(advice(line).empty());
    }
}

TEST_CASE("a file of the build that does not start says why", "[advice]") {
    const LookAtFile look = [](const std::string& name) -> std::optional<BuildFile> {
        if (name == "./build.sh") return BuildFile{true, "#! /opt/bin/bash -e"};
        if (name == "tools/plain.sh") return BuildFile{false, "#!/bin/sh"};
        if (name == "./binary")
            return BuildFile{true,
                             "\x7f"
                             "ELF"};
        return std::nullopt;
    };
    auto found = advice("/bin/sh: 1: ./build.sh: not found\n", exited(127), look);
    REQUIRE(found.size() == 1);
    CHECK(found.front().kind == "interpreter");
    CHECK(found.front().text.find("'/opt/bin/bash'") != std::string::npos);
    found = advice("/bin/sh: 1: tools/plain.sh: Permission denied\n", exited(126), look);
    REQUIRE(found.size() == 1);
    CHECK(found.front().kind == "not-executable");
    CHECK(found.front().help.find("chmod +x tools/plain.sh") != std::string::npos);
    CHECK(advice("/bin/sh: 1: ./binary: not found\n", exited(127), look).empty());
    CHECK(advice("/bin/sh: 1: ./elsewhere: not found\n", exited(127), look).empty());
}

TEST_CASE("the end of a build is advice too", "[advice]") {
    auto found = advice("text\n", exited(139));
    REQUIRE(found.size() == 1);
    CHECK(found.front().kind == "signal");
    CHECK(found.front().text.find("signal 11") != std::string::npos);
    CHECK(advice("text\n", exited(128)).empty());
    CHECK(advice("text\n", exited(255)).empty());
    sandbox::RunResult killed;
    killed.end = End::signalled;
    killed.status = 9;
    REQUIRE(advice("text\n", killed).size() == 1);
    CHECK(advice("text\n", killed).front().kind == "killed");
    killed.end = End::timeout;
    CHECK(advice("", killed).empty());
    REQUIRE(advice(" \n", exited(1)).size() == 1);
    CHECK(advice(" \n", exited(1)).front().kind == "silent");
}

TEST_CASE("one kind is told once, and three at most", "[advice]") {
    std::string log;
    for (int line = 1; line < 50; ++line) log += "a.c:" + std::to_string(line) + ":1: error: wrong\n";
    CHECK(advice(log).size() == 1);
    log += "MemoryError\nsh: Cannot fork\nx: No space left on device\n";
    CHECK(advice(log, exited(134)).size() == 3);
}
