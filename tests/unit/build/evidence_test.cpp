// SPDX-License-Identifier: Apache-2.0
#include "../../../src/build/evidence.hpp"

#include <catch2/catch.hpp>

#include "../../../src/build/failure.hpp"
#include "../../../src/build/log_text.hpp"
#include "contract/os/file.hpp"
#include "temporary.hpp"

using namespace contract;
using namespace contract::build;

namespace {

using Kind = Clue::Kind;

core::PlannedAction action_named(const std::string& target) {
    core::PlannedAction action;
    action.target = target;
    action.where = {"contract.toml", 4, 1, 4, 10, 40, 49};
    return action;
}

sandbox::RunResult ended(sandbox::RunResult::End end, int status) {
    sandbox::RunResult result;
    result.end = end;
    result.status = status;
    return result;
}

bool has_evidence(const core::Finding& finding, const std::string& kind, const std::string& part) {
    for (const auto& evidence : finding.evidence)
        if (evidence.kind == kind && evidence.text.find(part) != std::string::npos) return true;
    return false;
}

}  // namespace

TEST_CASE("what tools say about missing things is understood", "[evidence]") {
    struct Row {
        std::string line;
        Kind kind;
        std::string name;
    };
    const std::vector<Row> rows{
        {"/bin/sh: 1: python3: not found", Kind::program, "python3"},
        {"sh: cmake: not found", Kind::program, "cmake"},
        {"./build.sh: line 3: meson: command not found", Kind::program, "meson"},
        {"env: 'perl': No such file or directory", Kind::program, "perl"},
        {"env: \xe2\x80\x98perl\xe2\x80\x99: No such file or directory", Kind::program, "perl"},
        {"make: gcc: No such file or directory", Kind::program, "gcc"},
        {"a.c:1:10: fatal error: zlib.h: No such file or directory", Kind::header, "zlib.h"},
        {"a.c:1:10: fatal error: 'openssl/ssl.h' file not found", Kind::header, "openssl/ssl.h"},
        {"/usr/bin/ld: cannot find -lz: No such file or directory", Kind::library, "z"},
        {"ld: cannot find -lssl", Kind::library, "ssl"},
        {"./x.sh: 3: cmake: not found", Kind::program, "cmake"},
        {"sh: 1: exec: weaver: not found", Kind::program, "weaver"},
        {"make: gcc: Command not found", Kind::program, "gcc"},
        {"timeout: failed to run command \xe2\x80\x98loom\xe2\x80\x99: No such file or directory",
         Kind::program, "loom"},
        {"env: can't execute 'loom': No such file or directory", Kind::program, "loom"},
        {"gcc: fatal error: cannot execute 'cc1plus': execvp: No such file or directory", Kind::program,
         "cc1plus"},
        {"exec: \"gcc\": executable file not found in $PATH", Kind::program, "gcc"},
        {"error: linker `cc` not found", Kind::program, "cc"},
        {"Error: spawn cmake ENOENT", Kind::program, "cmake"},
        {"a.cc:1:10: fatal error: vector: No such file or directory", Kind::header, "vector"},
        {"src/a.c:1: fatal error: tables.inc: No such file or directory", Kind::header, "tables.inc"},
        {"cc1: fatal error: generated.c: No such file or directory", Kind::file, "generated.c"},
        {"gcc: error: main.c: No such file or directory", Kind::file, "main.c"},
        {"cat: data/x.txt: No such file or directory", Kind::file, "data/x.txt"},
        {"cp: cannot stat 'x': No such file or directory", Kind::file, "x"},
        {"tar: x.tar: Cannot open: No such file or directory", Kind::file, "x.tar"},
        {"sh: 1: cannot open table: No such file", Kind::file, "table"},
        {"make: *** deep: No such file or directory.  Stop.", Kind::file, "deep"},
        {"make: rules.mk: No such file or directory", Kind::file, "rules.mk"},
        {"FileNotFoundError: [Errno 2] No such file or directory: 'x.json'", Kind::file, "x.json"},
        {"python3: can't open file '/build/x.py': [Errno 2] No such file or directory", Kind::file,
         "/build/x.py"},
        {"sh: 1: ./configure: not found", Kind::file, "./configure"},
        {"npm error getaddrinfo ENOTFOUND registry.npmjs.org", Kind::network, ""},
        {"getaddrinfo EAI_AGAIN example.org", Kind::network, ""},
        {"connect ENETUNREACH 192.0.2.1:443", Kind::network, ""},
        {"Couldn't resolve host 'example.org'", Kind::network, ""},
        {"Could not resolve 'deb.debian.org'", Kind::network, ""},
        {"socket.gaierror: [Errno -5] No address associated with hostname", Kind::network, ""},
        {"curl: (7) Failed to connect to example.org port 443", Kind::network, ""},
        {"curl: (6) Could not resolve host: example.org", Kind::network, ""},
        {"connect: Network is unreachable", Kind::network, ""},
        {"wget: Temporary failure in name resolution", Kind::network, ""},
    };
    for (const auto& row : rows) {
        INFO(row.line);
        const auto clues = clues_in("first line\n" + row.line + "\nlast line\n");
        REQUIRE(clues.size() == 1);
        CHECK(clues[0].kind == row.kind);
        CHECK(clues[0].name == row.name);
        CHECK(clues[0].line == row.line);
    }
}

TEST_CASE("ordinary lines are no clues", "[evidence]") {
    CHECK(clues_in("").empty());
    for (const auto* line :
         {"checking for python3... yes", "error: the key 'colour': not found", "test.c: weaver: not found",
          "Error: spawn ENOENT", "sh: 1: (2: not found", "sh: 1: [[: not found",
          "bash: line 1: sudo: command not found", "sh: 1: .: env.sh: not found",
          "checking for getaddrinfo: yes", "a.c:3:1: error: 'ENETUNREACH' undeclared",
          "x.js: ERROR: Could not resolve \"lodash\"", "Failed to connect to localhost port 8080",
          "x: error while loading shared libraries: libz.so: cannot open shared object file: No such file or "
          "directory"}) {
        INFO(line);
        CHECK(clues_in(line).empty());
    }
    CHECK(clues_in(": not found\n: command not found\ncannot find -l\n").empty());
}

TEST_CASE("a thing is told once, and a log full of complaints is cut short", "[evidence]") {
    std::string log;
    for (int i = 0; i < 100; ++i) log += "sh: 1: python3: not found\n";
    CHECK(clues_in(log).size() == 1);
    for (int i = 0; i < 100; ++i) log += "sh: 1: tool" + std::to_string(i) + ": not found\n";
    log += "cat: a: No such file or directory\ncat: b: No such file or directory\n";
    const auto clues = clues_in(log);
    REQUIRE(clues.size() == 3);
    // Those nearest to its end, and of files one.
    CHECK(clues[0].name == "b");
    CHECK(clues[1].name == "tool99");
    CHECK(clues[1].number == 199);
    CHECK(clues[2].name == "tool98");
}

TEST_CASE("a log reads as a terminal shows it", "[evidence]") {
    CHECK(readable("\x1b[01;31m\x1b[Kerror:\x1b[m\x1b[K wrong\n") == "error: wrong\n");
    CHECK(readable("\x1b]8;;https://example.org\x07[-Wall]\x1b]8;;\x07\x1b(B") == "[-Wall]");
    CHECK(readable("10%\r50%\r100%\r\ndone\r\n") == "100%\ndone\n");
    CHECK(readable("x.sh: 3: make\r: not found\n") == "x.sh: 3: make\\r: not found\n");
    CHECK(readable("\x1b[") == "");
    CHECK(readable("a\x1b") == "a");
    const auto shown = excerpt("short\n" + std::string(399, 'x') + "\xc3\xa4 and more\n", 5);
    CHECK(shown == "short\n" + std::string(399, 'x') + " …");
}

TEST_CASE("the network is the reason only where nothing else is named behind it", "[evidence]") {
    const auto code = [](const std::string& log) {
        return failure_finding(action_named("packages.a"), ended(sandbox::RunResult::End::exited, 1), log, {})
            .code;
    };
    const std::string network = "curl: (6) Could not resolve host: example.org\n";
    CHECK(code(network) == "build.network-attempt");
    CHECK(code(network + "a.c:1:2: error: expected ';'\n") == "build.failed");
    CHECK(code(network + "sh: 1: weaver: not found\n") == "build.failed");
    CHECK(code("a.c:1:2: error: expected ';'\nsh: 1: weaver: not found\n" + network) ==
          "build.network-attempt");
    CHECK(code(network + "tar: x.tar: Cannot open: No such file or directory\n") == "build.network-attempt");
    const auto finding = failure_finding(action_named("checks.a"), ended(sandbox::RunResult::End::exited, 1),
                                         network + "MemoryError\n", {});
    CHECK(finding.code == "build.check-failed");
    CHECK(has_evidence(finding, "network", "example.org"));
}

TEST_CASE("of a file that is missing nothing is claimed but that", "[evidence]") {
    const auto finding =
        failure_finding(action_named("packages.a"), ended(sandbox::RunResult::End::exited, 1),
                        "cat: table: No such file or directory\n", {"/usr/bin"});
    CHECK(has_evidence(finding, "missing", "cat: table"));
    CHECK(finding.help.empty());
}

TEST_CASE("a missing file that the working directory has was left out of the source", "[evidence]") {
    const test::TempDir directory;
    directory.write("generated.c", "");
    directory.write("src/tables.h", "");
    directory.write("include/there.h", "");
    auto action = action_named("packages.a");
    action.recipe.source = Digest::of("tree");
    Surroundings around;
    around.contract_directory = directory.path();
    around.look = [](const std::string& name) {
        return name == "include/there.h" ? std::optional(BuildFile()) : std::nullopt;
    };
    const auto told = [&](const std::string& log) {
        return failure_finding(action, ended(sandbox::RunResult::End::exited, 1), log, around);
    };
    const auto file = told("cc1: fatal error: generated.c: No such file or directory\n");
    CHECK(has_evidence(file, "left-out", "'generated.c' is in the working directory"));
    REQUIRE(file.help.size() == 1);
    CHECK(file.help[0].starts_with("`git add generated.c`"));
    CHECK(has_evidence(told("a.c:1:10: fatal error: tables.h: No such file or directory\n"), "left-out",
                       "'src/tables.h'"));
    CHECK_FALSE(
        has_evidence(told("a.c:1:10: fatal error: there.h: No such file or directory\n"), "left-out", ""));
    CHECK_FALSE(has_evidence(told("cat: ../generated.c: No such file or directory\n"), "left-out", ""));
    action.recipe.source.reset();
    CHECK_FALSE(has_evidence(told("cat: generated.c: No such file or directory\n"), "left-out", ""));
}

TEST_CASE("a link of the root that leads out of it is named with what the root lacks", "[evidence]") {
    const test::TempDir directory;
    directory.write("alternatives/weaver", "#!/bin/sh\n", 0755);
    directory.write("bin/other", "#!/bin/sh\n", 0755);
    REQUIRE(os::make_symlink(directory / "alternatives/weaver", directory / "bin/weaver"));
    auto action = action_named("packages.cloth");
    action.recipe.root = {core::RootKind::host, "machine", {directory / "bin"}};
    const auto finding = failure_finding(action, ended(sandbox::RunResult::End::exited, 1),
                                         "sh: weaver: not found", {directory / "bin"});
    CHECK(has_evidence(finding, "dead-link", "is a link to '" + (directory / "alternatives/weaver")));
    REQUIRE(finding.help.size() == 1);
    CHECK(finding.help[0] == "add \"" + (directory / "alternatives") + "\" to `host` of 'inputs.machine'");
    action.recipe.command = {"weaver"};
    const auto unstarted = unstarted_finding(action, {"program-missing", "x", Blame::declaration, {}, {}, {}},
                                             {directory / "bin"});
    CHECK(unstarted.help == finding.help);
}

TEST_CASE("a program that a used package has elsewhere is named with its place", "[evidence]") {
    const test::TempDir directory;
    directory.write("usr/local/bin/weaver", "#!/bin/sh\n", 0755);
    directory.write("bin/plain", "#!/bin/sh\n", 0644);
    directory.write("bin/dead", "#!/no/such/interpreter\n", 0755);
    auto action = action_named("packages.cloth");
    action.recipe.uses.emplace_back(Digest::of("loom"), "loom");
    action.declared_tools = {"packages.loom"};
    Surroundings around;
    around.real_path = [&](const core::StorePath&) { return directory.path(); };
    const auto told = [&](const std::string& program) {
        return failure_finding(action, ended(sandbox::RunResult::End::exited, 127),
                               "sh: 1: " + program + ": not found\n", around);
    };
    CHECK(has_evidence(told("weaver"), "elsewhere",
                       "'packages.loom' has it as 'usr/local/bin/weaver', and only its 'bin' is in PATH"));
    CHECK(told("weaver").help.at(0).find("no DESTDIR") != std::string::npos);
    CHECK(has_evidence(told("plain"), "elsewhere", "not executable"));
    CHECK(has_evidence(told("dead"), "elsewhere", "'/no/such/interpreter'"));
    CHECK_FALSE(has_evidence(told("nobody"), "elsewhere", ""));
    CHECK(has_evidence(failure_finding(action, ended(sandbox::RunResult::End::exited, 126),
                                       "sh: 1: plain: Permission denied\n", around),
                       "elsewhere", "not executable"));
    directory.write("bin/fine", "#!/bin/sh\n", 0755);
    action.recipe.root = {core::RootKind::host, "machine", {"/bin", "/usr"}};
    CHECK(has_evidence(told("fine"), "elsewhere", "'bin/fine' is there, and PATH does not lead there"));
}

TEST_CASE("a command that starts no program says what its first word is", "[evidence]") {
    auto action = action_named("packages.a");
    Surroundings around;
    around.look = [](const std::string& name) -> std::optional<BuildFile> {
        if (name == "./crlf.sh") return BuildFile{true, "#!/bin/sh\r"};
        if (name == "./noexec.sh") return BuildFile{false, "#!/bin/sh"};
        if (name == "./other")
            return BuildFile{true,
                             "\x7f"
                             "ELF\x02"};
        if (name == "./text") return BuildFile{true, "echo hello"};
        return std::nullopt;
    };
    const auto told = [&](const std::string& program, const std::string& code) {
        action.recipe.command = {program};
        const auto finding =
            unstarted_finding(action, {code, "x", Blame::declaration, {}, {"note: n"}, {"h"}}, around);
        REQUIRE(finding.evidence.size() == 1);
        REQUIRE(finding.help.size() == 1);
        return finding.evidence[0].kind;
    };
    CHECK(told("./configure", "program-missing") == "missing");
    CHECK(told("./crlf.sh", "program-missing") == "line-ends");
    CHECK(told("./noexec.sh", "sandbox-setup") == "not-executable");
    CHECK(told("./other", "sandbox-setup") == "other-machine");
    CHECK(told("./text", "sandbox-setup") == "no-interpreter");
    CHECK(told("./other", "program-missing") == "loader");
    action.recipe.command = {"cd", "x", "&&", "make"};
    const auto finding =
        unstarted_finding(action, {"program-missing", "x", Blame::declaration, {}, {}, {"h"}}, around);
    REQUIRE(finding.help.size() == 1);
    CHECK(finding.help[0] == "write the command of 'packages.a' as one string, which a shell reads");
}

TEST_CASE("the last lines of a log", "[evidence]") {
    CHECK(last_lines("", 3).empty());
    CHECK(last_lines("a", 3) == "a");
    CHECK(last_lines("a\nb\nc\nd\n\n", 2) == "c\nd");
    CHECK(last_lines("a\nb", 2) == "a\nb");
    CHECK(last_lines("\n\n", 2).empty());
}

TEST_CASE("a program is looked for on PATH, a header in the usual folders", "[evidence]") {
    const test::TempDir directory;
    directory.write("bin/weaver", "#!/bin/sh\n", 0755);
    CHECK(find_on_machine({Kind::program, "weaver", ""}, directory / "bin") == directory / "bin/weaver");
    CHECK_FALSE(find_on_machine({Kind::program, "weaver", ""}, "/nowhere"));
    CHECK_FALSE(find_on_machine({Kind::header, "no/such/header.h", ""}, ""));
    CHECK_FALSE(find_on_machine({Kind::network, "", ""}, "/bin"));
}

TEST_CASE("a failed build says how it ended, what was missing and where the rest is", "[evidence]") {
    const test::TempDir directory;
    directory.write("bin/weaver", "#!/bin/sh\n", 0755);
    auto action = action_named("packages.cloth");
    action.declared_tools = {"packages.loom"};
    const auto finding = failure_finding(action, ended(sandbox::RunResult::End::exited, 127),
                                         "weaving\n/bin/sh: 1: weaver: not found\n", {directory / "bin"});
    CHECK(finding.code == "build.failed");
    CHECK(finding.stage == core::Stage::build);
    CHECK(finding.target == "packages.cloth");
    CHECK(finding.where == action.where);
    CHECK(finding.message == "'packages.cloth' failed: its build exited with status 127");
    CHECK(has_evidence(finding, "exit", "status 127"));
    CHECK(has_evidence(finding, "undeclared", "the program 'weaver' is on this machine"));
    CHECK(has_evidence(finding, "declared", "packages.loom"));
    CHECK(has_evidence(finding, "log", "weaver: not found"));
    CHECK(has_evidence(finding, "more", "contract log packages.cloth"));
    REQUIRE(finding.help.size() == 1);
    CHECK(finding.help[0].find("`uses`") != std::string::npos);
}

TEST_CASE("a program that is in the root asks for PATH, not for another declaration", "[evidence]") {
    const test::TempDir directory;
    directory.write("bin/weaver", "#!/bin/sh\n", 0755);
    auto action = action_named("packages.cloth");
    action.recipe.root = {core::RootKind::host, "machine", {directory.path()}};
    const auto finding = failure_finding(action, ended(sandbox::RunResult::End::exited, 1),
                                         "sh: weaver: not found", {directory / "bin"});
    REQUIRE(finding.help.size() == 1);
    CHECK(finding.help[0].find("PATH") != std::string::npos);
}

TEST_CASE("an attempt to reach the network is named as such and says what to declare", "[evidence]") {
    const auto finding =
        failure_finding(action_named("packages.a"), ended(sandbox::RunResult::End::exited, 6),
                        "curl: (6) Could not resolve host: example.org\n", {"/usr/bin"});
    CHECK(finding.code == "build.network-attempt");
    CHECK(finding.label == "sealed builds have no network");
    REQUIRE_FALSE(finding.help.empty());
    CHECK(finding.help[0].find("[inputs.NAME]") != std::string::npos);
}

TEST_CASE("a failing check is a gate of its own, and each early end has its code", "[evidence]") {
    using End = sandbox::RunResult::End;
    const auto code = [](const std::string& target, End end) {
        return failure_finding(action_named(target), ended(end, 1), "", {}).code;
    };
    CHECK(code("checks.unit", End::exited) == "build.check-failed");
    CHECK(code("packages.a", End::signalled) == "build.failed");
    CHECK(code("packages.a", End::timeout) == "build.timeout");
    CHECK(code("checks.unit", End::silence) == "build.silence");
    CHECK(code("packages.a", End::output_limit) == "build.output-limit");
    const auto finding = failure_finding(action_named("checks.unit"), ended(End::exited, 3), "", {});
    CHECK(finding.message == "check 'unit' failed: it exited with status 3");
    CHECK(describe_end(ended(End::signalled, 11), {}) == "was ended by signal 11 (Segmentation fault)");
}

TEST_CASE("control characters of a log do not reach a finding", "[evidence]") {
    const auto finding =
        failure_finding(action_named("packages.a"), ended(sandbox::RunResult::End::exited, 1),
                        "\x1b[31mred: not\x01 found\n", {});
    for (const auto& evidence : finding.evidence) CHECK(evidence.text.find('\x1b') == std::string::npos);
}
