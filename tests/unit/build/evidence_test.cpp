// SPDX-License-Identifier: Apache-2.0
#include "../../../src/build/evidence.hpp"

#include <catch2/catch.hpp>

#include "../../../src/build/failure.hpp"
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
    CHECK(clues_in("checking for python3... yes\ncat: data/x.txt: No such file or directory\n\n").empty());
    CHECK(clues_in(": not found\n: command not found\ncannot find -l\n").empty());
}

TEST_CASE("a thing is told once, and a log full of complaints is cut short", "[evidence]") {
    std::string log;
    for (int i = 0; i < 100; ++i) log += "sh: 1: python3: not found\n";
    CHECK(clues_in(log).size() == 1);
    for (int i = 0; i < 100; ++i) log += "sh: 1: tool" + std::to_string(i) + ": not found\n";
    CHECK(clues_in(log).size() == 8);
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
                                         "weaving\n/bin/sh: 1: weaver: not found\n", directory / "bin");
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
                                         "weaver: not found", directory / "bin");
    REQUIRE(finding.help.size() == 1);
    CHECK(finding.help[0].find("PATH") != std::string::npos);
}

TEST_CASE("an attempt to reach the network is named as such and says what to declare", "[evidence]") {
    const auto finding =
        failure_finding(action_named("packages.a"), ended(sandbox::RunResult::End::exited, 6),
                        "curl: (6) Could not resolve host: example.org\n", "/usr/bin");
    CHECK(finding.code == "build.network-attempt");
    CHECK(finding.label == "sealed builds have no network");
    REQUIRE_FALSE(finding.help.empty());
    CHECK(finding.help[0].find("[inputs.NAME]") != std::string::npos);
}

TEST_CASE("a failing check is a gate of its own, and each early end has its code", "[evidence]") {
    using End = sandbox::RunResult::End;
    const auto code = [](const std::string& target, End end) {
        return failure_finding(action_named(target), ended(end, 1), "", "").code;
    };
    CHECK(code("checks.unit", End::exited) == "build.check-failed");
    CHECK(code("packages.a", End::signalled) == "build.failed");
    CHECK(code("packages.a", End::timeout) == "build.timeout");
    CHECK(code("checks.unit", End::silence) == "build.silence");
    CHECK(code("packages.a", End::output_limit) == "build.output-limit");
    const auto finding = failure_finding(action_named("checks.unit"), ended(End::exited, 3), "", "");
    CHECK(finding.message == "check 'unit' failed: it exited with status 3");
    CHECK(describe_end(ended(End::signalled, 11), {}) == "was ended by signal 11 (Segmentation fault)");
}

TEST_CASE("control characters of a log do not reach a finding", "[evidence]") {
    const auto finding =
        failure_finding(action_named("packages.a"), ended(sandbox::RunResult::End::exited, 1),
                        "\x1b[31mred: not found\n", "");
    for (const auto& evidence : finding.evidence) CHECK(evidence.text.find('\x1b') == std::string::npos);
}
