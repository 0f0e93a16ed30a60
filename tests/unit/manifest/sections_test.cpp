// SPDX-License-Identifier: Apache-2.0
//
// Formatters, shells, commands, exported modules, policies, overrides, and patches.
#include "reading.hpp"

using namespace contract;
using namespace contract::test;

namespace {

const std::string whole = R"([packages.zlib]
source = "inputs.zlib"
patches = ["./patches/a.patch", "./patches/b.patch"]
build = "make"
[checks.unit]
patches = ["./patches/c.patch"]
run = "make test"

[formatters.shell]
files = ["*.sh", "bin/"]
reads = [".editorconfig"]
uses = ["toolchains.c"]
command = ["shfmt", "-w"]
after = ["formatters.license"]
timeout = "5m"
[formatters.license]
files = ["*"]
command = ["addlicense"]

[shells.default]
description = "Everything"
uses = ["packages.zlib"]
env = { NODE_GROUP = "gpu" }
enter = "echo hello"
[shells.bare]

[commands.drain]
description = "Drain a node"
uses = ["packages.zlib"]
run = 'nodectl drain "$@"'
needs = ["probes.registry"]
systems = ["x86_64-linux"]
[commands.list]
run = ["nodectl", "list"]

[modules]
web = "./modules/web.toml"
base = "./modules/base.toml"

[policies.reviewed]
assert = "size(inputs) > 0"
message = "there are inputs"
when = "system == 'x86_64-linux'"
severity = "warning"
[policies.short]
assert = "true"

[overrides."inputs.site.packages.gateway"]
patches = ["./patches/timeout.patch"]
uses = ["packages.zlib"]
env = { LOG = "json" }
source = "./gateway"
build = ["make"]
root = "inputs.base"
main = "bin/gate"
timeout = "2h"
[overrides."inputs.site/base.packages.zlib"]
silence = "1m"
memory = "4GiB"
)";

struct Mistake {
    std::string text, code, place, message;
};

void check_each(const std::vector<Mistake>& mistakes) {
    for (const auto& [text, code, place, message] : mistakes) {
        INFO(text);
        const auto parsed = parse_below_header(text);
        const auto finding = only(parsed);
        CHECK(finding.code == "evaluation." + code);
        CHECK(finding.message == message);
        CHECK(slice(parsed.manifest, *finding.where) == place);
        if (!finding.target.empty()) CHECK(parsed.manifest.broken == std::vector{finding.target});
    }
}

std::string formatter(const std::string& lines) {
    return "[formatters.f]\nfiles = ['*']\ncommand = ['f']\n" + lines + "\n";
}
std::string command(const std::string& lines) {
    return "[commands.c]\nrun = 'c'\n" + lines + "\n";
}
std::string change(const std::string& lines) {
    return "[overrides.'inputs.a.packages.b']\nmain = 'bin/b'\n" + lines + "\n";
}

}  // namespace

TEST_CASE("what people type, review and change is read into its nouns") {
    const auto parsed = parse_below_header(whole);
    REQUIRE(codes(parsed.findings).empty());
    const auto& manifest = parsed.manifest;
    CHECK(manifest.broken.empty());
    CHECK(manifest.packages.at(0).patches.at(1).value == "./patches/b.patch");
    CHECK(manifest.checks.at(0).patches.size() == 1);

    REQUIRE(manifest.formatters.size() == 2);
    const auto& shell_formatter = manifest.formatters[0];
    CHECK(shell_formatter.files.at(1).value == "bin/");
    CHECK(shell_formatter.reads.at(0).value == ".editorconfig");
    CHECK(shell_formatter.command.at(1).value == "-w");
    CHECK(shell_formatter.after.at(0).value == "formatters.license");
    CHECK(shell_formatter.uses.size() == 1);
    CHECK(shell_formatter.limits.timeout_seconds == 300);
    CHECK(manifest.formatters[1].limits == core::Limits{});

    REQUIRE(manifest.shells.size() == 2);
    CHECK(manifest.shells[0].enter->value == "echo hello");
    CHECK(manifest.shells[0].env.at(0).value.value == "gpu");
    CHECK_FALSE(manifest.shells[1].enter);

    REQUIRE(manifest.commands.size() == 2);
    CHECK(std::get<core::Text>(manifest.commands[0].run).value == "nodectl drain \"$@\"");
    CHECK(manifest.commands[0].needs.at(0).value == "probes.registry");
    CHECK(manifest.commands[0].systems->size() == 1);
    CHECK(std::get<core::Texts>(manifest.commands[1].run).size() == 2);

    REQUIRE(manifest.modules.size() == 2);
    CHECK(manifest.modules[0].name.value == "web");
    CHECK(manifest.modules[0].path.value == "./modules/web.toml");

    REQUIRE(manifest.policies.size() == 2);
    CHECK(manifest.policies[0].assertion.value == "size(inputs) > 0");
    CHECK(manifest.policies[0].message->value == "there are inputs");
    CHECK(manifest.policies[0].when);
    CHECK((manifest.policies[0].warning && !manifest.policies[1].warning));
}

TEST_CASE("overrides say what is changed of a package of another contract") {
    const auto parsed = parse_below_header(whole);
    REQUIRE(parsed.manifest.overrides.size() == 2);
    const auto& gateway = parsed.manifest.overrides[0];
    CHECK(gateway.package.value == "inputs.site.packages.gateway");
    CHECK(slice(parsed.manifest, gateway.where) == "[overrides.\"inputs.site.packages.gateway\"]");
    CHECK(gateway.patches.size() == 1);
    CHECK(gateway.uses.size() == 1);
    CHECK(gateway.env.at(0).name.value == "LOG");
    CHECK(gateway.source->from.value == "./gateway");
    CHECK(std::get<core::Texts>(*gateway.build).at(0).value == "make");
    CHECK(gateway.root->value == "inputs.base");
    CHECK(gateway.main->value == "bin/gate");
    CHECK(gateway.timeout_seconds == 7200);
    CHECK_FALSE(gateway.silence_seconds);
    const auto& zlib = parsed.manifest.overrides[1];
    CHECK(zlib.silence_seconds == 60);
    CHECK(zlib.memory_bytes == std::int64_t{4} << 30);
    CHECK_FALSE(gateway.memory_bytes);
    CHECK((!zlib.build && !zlib.source && !zlib.root && !zlib.timeout_seconds));
}

TEST_CASE("what formatters, shells and commands cannot say") {
    check_each({
        {"[formatters.f]\ncommand = ['f']\n", "missing-key", "[formatters.f]",
         "'formatters.f' has no 'files'"},
        {"[formatters.f]\nfiles = ['*']\n", "missing-key", "[formatters.f]",
         "'formatters.f' has no 'command'"},
        {"[formatters.f]\nfiles = []\ncommand = ['f']\n", "bad-value", "[]",
         "'formatters.f.files' selects nothing"},
        {"[formatters.f]\nfiles = ['*']\ncommand = []\n", "bad-value", "[]",
         "'formatters.f.command' runs nothing"},
        {"[formatters.f]\nfiles = ['*']\ncommand = 'f -w'\n", "wrong-type", "'f -w'",
         "'formatters.f.command' is a string, not a list of strings"},
        {formatter("after = ['license']"), "bad-value", "'license'", "'formatters.f.after' names 'license'"},
        {formatter("after = ['checks.a']"), "bad-value", "'checks.a'",
         "'formatters.f.after' names 'checks.a'"},
        {formatter("run = 'x'"), "unknown-key", "run", "unknown key 'formatters.f.run'"},
        {formatter("timeout = '10'"), "bad-value", "'10'",
         "'formatters.f.timeout' is '10', which is no duration"},
        {"[shells.s]\nenter = ' '\n", "bad-value", "' '", "'shells.s.enter' runs nothing"},
        {"[shells.s]\nenter = ['x']\n", "wrong-type", "['x']", "'shells.s.enter' is a list, not a string"},
        {"[shells.s]\nrun = 'x'\n", "unknown-key", "run", "unknown key 'shells.s.run'"},
        {"[commands.c]\n", "missing-key", "[commands.c]", "'commands.c' has no 'run'"},
        {command("needs = ['registry']"), "bad-value", "'registry'", "'commands.c.needs' names 'registry'"},
        {command("env = { PATH = 'x' }"), "bad-value", "PATH", "'PATH' is set by contract itself"},
    });
    const auto finding = only(parse_below_header(command("needs = ['registry']")));
    CHECK(finding.help == std::vector<std::string>{"write \"probes.registry\""});
}

TEST_CASE("what modules, policies and overrides cannot say") {
    check_each({
        {"modules = []\n", "unknown-key", "modules", "unknown key 'contract.modules'"},
        {"[modules]\nweb = 1\n", "wrong-type", "1", "'modules.web' is an integer, not a string"},
        {"[modules]\nweb = 'modules/web.toml'\n", "bad-value", "'modules/web.toml'",
         "'modules.web' is a path that does not start with './'"},
        {"[modules]\nweb = './../web.toml'\n", "path-outside", "'./../web.toml'",
         "'modules.web' leads out of the contract directory"},
        {"[modules]\n'a b' = './a.toml'\n", "bad-value", "'a b'", "'a b' is no name"},
        {"[[modules]]\n", "wrong-type", "[[modules]]", "'modules' is a list, not a table"},
        {"[policies.p]\n", "missing-key", "[policies.p]", "'policies.p' has no 'assert'"},
        {"[policies.p]\nassert = true\n", "wrong-type", "true",
         "'policies.p.assert' is a boolean, not a string"},
        {"[policies.p]\nassert = 'true'\nseverity = 'info'\n", "bad-value", "'info'",
         "'policies.p.severity' is 'info'"},
        {"[overrides.'packages.a']\nmain = 'bin/a'\n", "bad-value", "'packages.a'",
         "'packages.a' is no package of another contract"},
        {"[overrides.'inputs.a.packages.']\nmain = 'bin/a'\n", "bad-value", "'inputs.a.packages.'",
         "'inputs.a.packages.' is no package of another contract"},
        {"[overrides.'inputs.a/.packages.b']\nmain = 'bin/a'\n", "bad-value", "'inputs.a/.packages.b'",
         "'inputs.a/.packages.b' is no package of another contract"},
        {"[overrides.'inputs.a.packages.b']\n", "missing-key", "[overrides.'inputs.a.packages.b']",
         "'overrides.\"inputs.a.packages.b\"' changes nothing"},
        {"[overrides]\n'inputs.a.packages.b' = 1\n", "wrong-type", "1",
         "'overrides.inputs.a.packages.b' is an integer, not a table"},
        {change("patches = ['../x']"), "path-outside", "'../x'",
         "'overrides.\"inputs.a.packages.b\".patches' leads out of the contract directory"},
        {change("build = ''"), "bad-value", "''", "'overrides.\"inputs.a.packages.b\".build' runs nothing"},
        {change("when = 'true'"), "unknown-key", "when",
         "unknown key 'overrides.\"inputs.a.packages.b\".when'"},
    });
}

TEST_CASE("patches are paths, and nothing fetches while it is built") {
    check_each({
        {"[packages.a]\nbuild = 'x'\npatches = 'a.patch'\n", "wrong-type", "'a.patch'",
         "'packages.a.patches' is a string, not a list of strings"},
        {"[packages.a]\nbuild = 'x'\npatches = ['a.patch']\n", "bad-value", "'a.patch'",
         "'packages.a.patches' is a path that does not start with './'"},
        {"[checks.a]\nrun = 'x'\npatches = ['/a.patch']\n", "path-outside", "'/a.patch'",
         "'checks.a.patches' leads out of the contract directory"},
        {"[packages.a]\nbuild = 'x'\nfixed = 'sha256:…'\n", "unknown-key", "fixed",
         "there is no key 'packages.a.fixed'"},
        {"[probes.p]\nkind = 'env'\nname = 'X'\nhosts = ['web', 'gpu-[1-02]']\n", "bad-value", "1-02",
         "'gpu-[1-02]' is no range of hosts"},
    });
}
