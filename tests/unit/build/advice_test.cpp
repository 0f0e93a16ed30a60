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
        {"main.cpp:3:5: runtime error: signed integer overflow: 2147483647 + 1", "sanitizer", "source"},
        {"==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x602", "sanitizer", "source"},
        {"WARNING: ThreadSanitizer: data race (pid=3)", "sanitizer", "source"},
        {"./x: error while loading shared libraries: libfoo.so: cannot open shared object file: No such file "
         "or "
         "directory",
         "library", "the library 'libfoo.so'"},
        {"OSError: libx.so: cannot open shared object file: No such file or directory", "library", "-rpath"},
        {"./x: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by ./x)",
         "c-library", "newer C library"},
        {"./x: libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by ./x)", "c-library",
         "newer C++ library"},
        {"sh: 1: tool: Exec format error", "other-machine", "another kind of machine"},
        {"/usr/bin/env: \xe2\x80\x98sh\\r\xe2\x80\x99: No such file or directory", "line-ends", "sed -i"},
        {"x.sh: 3: make\\r: not found", "line-ends", "eol=lf"},
        {"x.sh: line 3: $'make\\r': command not found", "line-ends", "eol=lf"},
        {"bash: ./x.sh: /bin/sh^M: bad interpreter: No such file or directory", "line-ends", "sed -i"},
        {"x.sh: 1: set: Illegal option -", "line-ends", "sed -i"},
        {"sh: 1: [[: not found", "shell", "written for bash"},
        {"sh: source: not found", "shell", "written for bash"},
        {"x.sh: 3: Syntax error: \"(\" unexpected", "shell", "written for bash"},
        {"/bin/sh: 1: set: Illegal option -o pipefail", "shell", "written for bash"},
        {"sh: 1: .: env.sh: not found", "shell", "`. ./env.sh`"},
        {"sh: .: line 0: env.sh: not found", "shell", "`. ./env.sh`"},
        {"sh: 1: sudo: not found", "refused", "leave 'sudo' out"},
        {"sh: 1: OUT: parameter not set", "variable", "`out`"},
        {"x.sh: line 3: USER: unbound variable", "variable", "'packages.a' sets"},
        {"tar: x: Cannot change ownership to uid 5, gid 5: Invalid argument", "refused", "privileges"},
        {"unshare: unshare failed: Operation not permitted", "refused", "privileges"},
        {"cc: fatal error: Killed signal terminated program cc1plus", "memory", "use less"},
        {"cp: error writing '/tmp/x': No space left on device", "disk", "$TMPDIR"},
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
    CHECK(advice_for(action, exited(141), "y\n", {}).front().help.find("memory") == std::string::npos);
    CHECK(advice("std::bad_alloc\n").front().help.find("raise") == std::string::npos);
}

TEST_CASE("what only looks like it is no advice", "[advice]") {
    for (const auto* line :
         {"HOME is /homeless", "the sanitizer says runtime error: x", "checking for errors: none",
          "a.c:1:10: fatal error: zlib.h: No such file or directory", "note: error: nothing",
          "kill: Operation not permitted", "cat: /etc/shadow: Permission denied",
          "the module is named 'x'"}) {
        INFO(line);
        CHECK(advice(line).empty());
    }
}

TEST_CASE("a file of the build that does not start says why", "[advice]") {
    const LookAtFile look = [](const std::string& name) -> std::optional<BuildFile> {
        if (name == "./build.sh") return BuildFile{true, "#! /opt/bin/bash -e"};
        if (name == "tools/plain.sh") return BuildFile{false, "#!/bin/sh"};
        if (name == "./crlf.sh") return BuildFile{true, "#!/bin/sh\r"};
        if (name == "share") return BuildFile{false, "", false, true};
        if (name == "./notes.txt") return BuildFile{false, "notes"};
        if (name == "./copy.txt") return BuildFile{false, "notes", false};
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
    found = advice("/bin/sh: 1: ./binary: not found\n", exited(127), look);
    REQUIRE(found.size() == 1);
    CHECK(found.front().kind == "loader");
    for (const auto* line : {"/bin/sh: 1: ./crlf.sh: not found", "sh: ./crlf.sh: not found",
                             "bash: line 1: ./crlf.sh: cannot execute: required file not found",
                             "env: './crlf.sh': No such file or directory"}) {
        INFO(line);
        found = advice(line, exited(127), look);
        REQUIRE(found.size() == 1);
        CHECK(found.front().kind == "line-ends");
        CHECK(found.front().help.find("./crlf.sh") != std::string::npos);
    }
    for (const auto* line : {"bash: line 1: ./build.sh: cannot execute: required file not found",
                             "bash: ./build.sh: /opt/bin/bash: bad interpreter: No such file or directory"}) {
        INFO(line);
        found = advice(line, exited(126), look);
        REQUIRE(found.size() == 1);
        CHECK(found.front().kind == "interpreter");
    }
    CHECK(advice("sh: 1: ./binary: Exec format error\n", exited(126), look).front().text ==
          "'./binary' is a program for another kind of machine");
    // What is written to, and what is no program.
    CHECK(advice("sh: 1: cannot create tools/plain.sh: Permission denied\n", exited(2), look).empty());
    CHECK(advice("sh: 1: ./notes.txt: Permission denied\n", exited(126), look).empty());
    for (const auto* line : {"sed: couldn't open temporary file share/sedZpb4Uy: Permission denied",
                             "mkdir: cannot create directory 'share/new': Permission denied"}) {
        INFO(line);
        found = advice(line, exited(1), look);
        REQUIRE(found.size() == 1);
        CHECK(found.front().kind == "read-only");
    }
    found = advice("sh: 1: cannot create ./copy.txt: Permission denied\n", exited(2), look);
    REQUIRE(found.size() == 1);
    CHECK(found.front().help.find("--no-preserve=mode") != std::string::npos);
    found = advice("PermissionError: [Errno 13] Permission denied: 'tools/plain.sh'\n", exited(1), look);
    REQUIRE(found.size() == 1);
    CHECK(found.front().kind == "not-executable");
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
    CHECK(advice("text\n", killed).front().help.find("kill -9 0") != std::string::npos);
    killed.status = 15;
    REQUIRE(advice("text\n", killed).size() == 1);
    CHECK(advice("text\n", killed).front().help.find("`kill 0`") != std::string::npos);
    CHECK(advice("text\n", exited(141)).front().help.find("pipefail") != std::string::npos);
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

TEST_CASE("what is wrong in a header of somebody else is told where the build uses it", "[advice]") {
    core::PlannedAction action;
    action.target = "packages.a";
    action.recipe.root = {core::RootKind::host, "machine", {"/usr"}};
    const auto help = [&](const std::string& log) {
        const auto found = advice_for(action, exited(1), log, {});
        return found.empty() ? std::string() : found.front().help;
    };
    const std::string error = "/usr/include/c++/12/bits/stl_algo.h:1938:50: error: no match\n";
    CHECK(help(error).empty());
    CHECK(help("t.cpp:5:12:   required from here\n" + error) == "correct t.cpp:5:12, the first error");
    CHECK(help(error + "t.cpp:7:3: note: in instantiation of function template 'f<int>' requested here\n") ==
          "correct t.cpp:7:3, the first error");
    CHECK(help("/build/source/t.cpp:5:12: error: wrong\n") ==
          "correct /build/source/t.cpp:5:12, the first error");
}

TEST_CASE("a place in the store is the build's own, or nobody's to change", "[advice]") {
    core::PlannedAction action;
    action.target = "packages.a";
    action.output = core::StorePath(Digest::of("a"), "a");
    const auto out = action.output.text();
    const auto other = core::StorePath(Digest::of("b"), "b").text();
    const auto help = [&](const std::string& line) {
        const auto found = advice_for(action, exited(1), line, {});
        return found.empty() ? std::string() : found.front().help;
    };
    CHECK(help("sh: 1: cannot create " + out + "/x: Permission denied").find("copies of it") !=
          std::string::npos);
    CHECK(help("sh: 1: cannot create " + other + "/x: Permission denied").find("cannot be changed") !=
          std::string::npos);
    CHECK(help("sh: 1: cannot create " + other + "/x: Read-only file system").find("cannot be changed") !=
          std::string::npos);
    CHECK(help("sh: 1: " + out + "/bin/x: Permission denied").find("copies") == std::string::npos);
    CHECK(help("rm: cannot remove '" + out + "': Device or resource busy").find("empty it") !=
          std::string::npos);
    CHECK(help("touch: cannot touch '" + other + "/x': Read-only file system").find("empty it") ==
          std::string::npos);
}

TEST_CASE("a list that is written for a shell is told as such", "[advice]") {
    core::PlannedAction action;
    action.target = "packages.a";
    const auto is_told = [&](std::vector<std::string> command) {
        action.recipe.command = std::move(command);
        return list_advice(action).has_value();
    };
    CHECK(is_told({"cp", "x", "$out/x"}));
    CHECK(is_told({"cd", "x", "&&", "make"}));
    CHECK(is_told({"make install"}));
    CHECK_FALSE(is_told({"/bin/sh", "-eu", "-c", "cp x $out/x"}));
    CHECK_FALSE(is_told({"bash", "-euc", "a | b"}));
    CHECK_FALSE(is_told({"awk", "{print $1}", "x"}));
    CHECK_FALSE(is_told({"make", "-j4"}));
}
