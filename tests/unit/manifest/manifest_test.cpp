// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "contract/core/lock.hpp"
#include "reading.hpp"

using namespace contract;
using namespace contract::test;

namespace {

const std::string whole = R"([contract]
format = 1
requires = ">= 0.1, < 9"
name = "fleet"
description = "Operator tools"
systems = ["x86_64-linux", "aarch64-linux"]
sandbox = "reduced"

[inputs.zlib]
git = "https://github.com/madler/zlib.git"
ref = "v1.3.1"
subdir = "contrib"
[inputs.pinned]
git = "git@git.example.org:infra/site.git"
rev = "51b7f2abdade71cd9bb0e7a373ef2610ec6f9daf"
[inputs.assets]
path = "../assets"
[inputs.machine]
host = ["/usr", "/bin"]

[toolchains.c]
root = "inputs.machine"
env = { CC = "gcc", _x1 = "" }

[packages.zlib]
source = "inputs.zlib"
uses = ["toolchains.c"]
build = "make"
timeout = "2h"
silence = "90s"
memory = "1536MiB"
[packages.tool]
source = { path = "./", include = ["*.c"], exclude = ["docs/"] }
build = ["make", "install"]
when = "system == 'x86_64-linux'"
systems = ["x86_64-linux"]
description = "A tool"

[checks.unit]
source = "./tools"
uses = ["packages.tool"]
run = "make test"

[hosts.web]
system = "x86_64-linux"
class = "linux"
root = "inputs.machine"
config.exporter.port = 9400

[probes.api]
kind = "http"
url = "https://example.org"
expect = "status == 200"
uses = ["toolchains.c"]
hosts = ["web"]
hint = "see runbook 12"
severity = "warning"
show = true
timeout = "500ms"
retry = { attempts = 3, interval = "2s" }
headers = { accept = "text/plain" }
)";

struct Case {
    std::string text, code, message;
};

void check_each(const std::vector<Case>& cases) {
    for (const auto& [text, code, message] : cases) {
        INFO(text);
        const auto parsed = parse_below_header(text);
        const auto finding = only(parsed);
        CHECK(finding.code == "evaluation." + code);
        CHECK(finding.message == message);
        REQUIRE(finding.where);
        slice(parsed.manifest, *finding.where);
    }
}

std::string in_package(const std::string& line) {
    return "[packages.a]\nbuild = \"x\"\n" + line + "\n";
}
std::string in_probe(const std::string& line) {
    return "[probes.a]\nkind = \"tcp\"\n" + line + "\n";
}

}  // namespace

TEST_CASE("a whole manifest is read into its nouns") {
    const auto parsed = parse(whole);
    CHECK(codes(parsed.findings).empty());
    CHECK(parsed.usable);
    const auto& manifest = parsed.manifest;
    CHECK(manifest.broken.empty());
    CHECK(manifest.contract.name.value == "fleet");
    CHECK(manifest.contract.format.value == 1);
    CHECK(manifest.contract.sandbox->value == "reduced");
    CHECK(manifest.contract.systems.size() == 2);

    REQUIRE(manifest.inputs.size() == 4);
    CHECK(std::get<core::GitSource>(manifest.inputs[0].source).ref->value == "v1.3.1");
    CHECK(std::get<core::GitSource>(manifest.inputs[0].source).subdir->value == "contrib");
    CHECK(std::get<core::GitSource>(manifest.inputs[1].source).rev->value.size() == 40);
    CHECK(std::get<core::PathSource>(manifest.inputs[2].source).path.value == "../assets");
    CHECK(std::get<core::HostSource>(manifest.inputs[3].source).folders.size() == 2);

    REQUIRE(manifest.toolchains.size() == 1);
    CHECK(manifest.toolchains[0].root->value == "inputs.machine");
    CHECK(manifest.toolchains[0].env.at(0).name.value == "CC");
    CHECK(manifest.toolchains[0].env.at(0).value.value == "gcc");

    REQUIRE(manifest.packages.size() == 2);
    CHECK(manifest.packages[0].source->from.value == "inputs.zlib");
    CHECK(manifest.packages[0].limits.timeout_seconds == 7200);
    CHECK(manifest.packages[0].limits.silence_seconds == 90);
    CHECK(manifest.packages[0].limits.memory_bytes == std::int64_t{1536} << 20);
    CHECK(manifest.packages[1].source->include.at(0).value == "*.c");
    CHECK(std::get<core::Texts>(manifest.packages[1].build).at(1).value == "install");
    CHECK(manifest.packages[1].limits.timeout_seconds == 3600);
    CHECK_FALSE(manifest.packages[1].limits.memory_bytes);
    CHECK(manifest.packages[1].systems->size() == 1);

    REQUIRE(manifest.checks.size() == 1);
    CHECK(std::get<core::Text>(manifest.checks[0].run).value == "make test");
    REQUIRE(manifest.hosts.size() == 1);
    CHECK(manifest.hosts[0].host_class->value == "linux");
    const auto& config = *manifest.hosts[0].body.settings.at(0).values;
    CHECK(*config.find("exporter")->value.find("port")->value.integer() == 9400);

    REQUIRE(manifest.probes.size() == 1);
    const auto& probe = manifest.probes[0];
    CHECK(probe.warning);
    CHECK(probe.show);
    CHECK(probe.timeout_ms == 500);
    CHECK(probe.attempts == 3);
    CHECK(probe.interval_ms == 2000);
    REQUIRE(probe.parameters.size() == 2);
    CHECK(probe.parameters[0].key.value == "url");
    CHECK(probe.parameters[1].key.value == "headers");
}

TEST_CASE("every mistake of a file is told in one run, and only the bad targets are left out") {
    const auto parsed = parse_below_header(R"([toolchains.c]
root = 7
[packages.bad]
biuld = "make"
[packages.good]
build = "make"
[checks.unit]
run = []
[inputs.none]
[hosts.web]
class = "linux"
system = "x86-64-linux"
)");
    CHECK(codes(parsed.findings) ==
          std::vector<std::string>{"evaluation.wrong-type", "evaluation.missing-key",
                                   "evaluation.unknown-key", "evaluation.bad-value", "evaluation.missing-key",
                                   "evaluation.bad-value"});
    CHECK(parsed.usable);
    CHECK(parsed.manifest.broken == std::vector<std::string>{"inputs.none", "toolchains.c", "packages.bad",
                                                             "checks.unit", "hosts.web"});
    REQUIRE(parsed.manifest.packages.size() == 1);
    CHECK(parsed.manifest.packages[0].name.value == "good");
    CHECK(parsed.manifest.toolchains.empty());
    CHECK(parsed.findings[0].target == "toolchains.c");
}

TEST_CASE("a misspelt key gets the name it is near to and an edit that repairs it") {
    const std::string text = good_header + "[packages.a]\nbiuld = \"make\"\n";
    const auto parsed = parse(text);
    REQUIRE(parsed.findings.size() == 2);  // it is missing, and the other unknown
    const auto& finding = parsed.findings[1];
    CHECK(finding.message == "unknown key 'packages.a.biuld'");
    CHECK(slice(text, *finding.where) == "biuld");
    CHECK(finding.help == std::vector<std::string>{"did you mean 'build'?"});
    REQUIRE(finding.fix);
    CHECK(finding.fix->applicability == core::Applicability::safe);
    CHECK(parse(test::apply(text, *finding.fix)).findings.empty());
}

TEST_CASE("a misspelt section is renamed in every header that has it") {
    const std::string text =
        good_header + "[package.a]\nbuild = 'x'\n[package.b]\nbuild = 'x'\n[ package . b.env]\nX = '1'\n";
    const auto finding = only(parse(text));
    CHECK(finding.code == "evaluation.unknown-key");
    REQUIRE(finding.fix);
    const auto repaired = parse(test::apply(text, *finding.fix));
    CHECK(repaired.findings.empty());
    CHECK(repaired.manifest.packages.size() == 2);
    CHECK(repaired.manifest.packages[1].env.size() == 1);
}

TEST_CASE("a suggestion never repeats a key that is there") {
    const auto finding = only(parse_below_header(in_package("biuld = 'y'")));
    CHECK(finding.code == "evaluation.unknown-key");
    CHECK_FALSE(finding.fix);
}

TEST_CASE("a number where text belongs is quoted by a safe edit, a lone string bracketed") {
    const std::string text = good_header + in_package("env = { JOBS = 4 }\nuses = \"toolchains.c\"");
    auto parsed = parse(text);
    REQUIRE(codes(parsed.findings) ==
            std::vector<std::string>{"evaluation.wrong-type", "evaluation.wrong-type"});
    REQUIRE(parsed.findings[0].fix);
    REQUIRE(parsed.findings[1].fix);
    core::Fix both = *parsed.findings[0].fix;
    both.edits.insert(both.edits.end(), parsed.findings[1].fix->edits.begin(),
                      parsed.findings[1].fix->edits.end());
    CHECK(test::apply(text, both) ==
          good_header + in_package("env = { JOBS = \"4\" }\nuses = [\"toolchains.c\"]"));
    CHECK(parse(test::apply(text, both)).findings.empty());
}

TEST_CASE("a path that lacks its ./ gets it") {
    const std::string text = good_header + in_package("source = 'tools/é'");
    const auto finding = only(parse(text));
    CHECK(finding.code == "evaluation.bad-value");
    REQUIRE(finding.fix);
    const auto repaired = parse(test::apply(text, *finding.fix));
    CHECK(repaired.findings.empty());
    CHECK(repaired.manifest.packages.at(0).source->from.value == "./tools/é");
}

TEST_CASE("values of the wrong type are named with both types") {
    check_each({
        {in_package("when = 1"), "wrong-type", "'packages.a.when' is an integer, not a string"},
        {in_package("uses = [\"a\", 2]"), "wrong-type", "'packages.a.uses[1]' is an integer, not a string"},
        {in_package("env = []"), "wrong-type", "'packages.a.env' is a list, not a table"},
        {in_package("source = 1979-05-27"), "wrong-type",
         "'packages.a.source' is a date, not a string or a table"},
        {"[packages]\na = 1\n", "wrong-type", "'packages.a' is an integer, not a table"},
        {"[[packages]]\n", "wrong-type", "'packages' is a list, not a table"},
        {"[packages.a]\nbuild = true\n", "wrong-type",
         "'packages.a.build' is a boolean, not a string or a list of strings"},
        {in_probe("show = 1"), "wrong-type", "'probes.a.show' is an integer, not a boolean"},
        {in_probe("timeout = 5"), "wrong-type", "'probes.a.timeout' is an integer, not a duration"},
        {in_probe("retry = 3"), "wrong-type", "'probes.a.retry' is an integer, not a table"},
        {"[hosts.h]\nclass = 'linux'\nconfig = 1\n", "wrong-type",
         "'hosts.h.config' is an integer, not a table"},
    });
}

TEST_CASE("required keys are missed where their table stands") {
    check_each({
        {"[packages.a]\n", "missing-key", "'packages.a' has no 'build'"},
        {"[checks.a]\n", "missing-key", "'checks.a' has no 'run'"},
        {"[probes.a]\n", "missing-key", "'probes.a' has no 'kind'"},
        {"[inputs.a]\nref = 'x'\n", "missing-key", "'inputs.a' has no source"},
        {in_package("source = {}"), "missing-key", "'packages.a.source' has no 'path'"},
        {in_probe("retry = { interval = '1s' }"), "missing-key", "'probes.a.retry' has no 'attempts'"},
    });
}

TEST_CASE("values out of form are refused with the form that would do") {
    const std::string commit(40, 'a');
    check_each({
        {"[packages.\"a.b\"]\nbuild = 'x'\n", "bad-value", "'a.b' is no name"},
        {"[packages._a]\nbuild = 'x'\n", "bad-value", "'_a' is no name"},
        {in_package("systems = ['linux']"), "bad-value", "'linux' in 'packages.a.systems' is no system"},
        {in_package("timeout = '5'"), "bad-value", "'packages.a.timeout' is '5', which is no duration"},
        {in_package("timeout = '0s'"), "bad-value", "'packages.a.timeout' is '0s', which is no duration"},
        {in_package("timeout = '99999999999999999999h'"), "bad-value",
         "'packages.a.timeout' is '99999999999999999999h', which is no duration"},
        {in_package("memory = 4"), "wrong-type",
         "'packages.a.memory' is an integer, not an amount of memory"},
        {in_package("memory = '4'"), "bad-value", "'packages.a.memory' is '4', which is no amount of memory"},
        {in_package("memory = '4GB'"), "bad-value",
         "'packages.a.memory' is '4GB', which is no amount of memory"},
        {in_package("memory = '0MiB'"), "bad-value",
         "'packages.a.memory' is '0MiB', which is no amount of memory"},
        {in_package("memory = '99999999999GiB'"), "bad-value",
         "'packages.a.memory' is '99999999999GiB', which is no amount of memory"},
        {in_package("timeout = '500ms'"), "bad-value", "'packages.a.timeout' is '500ms', less than a second"},
        {in_package("env = { '1X' = 'a' }"), "bad-value", "'1X' is no name of a variable"},
        {in_package("env = { out = 'a' }"), "bad-value", "'out' is set by contract itself"},
        {in_package("env = { TMPDIR = 'a' }"), "bad-value", "'TMPDIR' is set by contract itself"},
        {in_package("env = { X = \"\\u0000\" }"), "bad-value", "'packages.a.env.X' has a NUL character"},
        {in_package("source = ''"), "bad-value", "'packages.a.source' is no path"},
        {"[packages.a]\nbuild = ' '\n", "bad-value", "'packages.a.build' runs nothing"},
        {in_probe("severity = 'warn'"), "bad-value", "'probes.a.severity' is 'warn'"},
        {in_probe("retry = { attempts = 0 }"), "bad-value", "'probes.a.retry.attempts' is 0"},
        {"[hosts.h]\nclass = 'lunix'\n", "bad-value", "'hosts.h.class' is 'lunix'"},
        {"[inputs.a]\ngit = ''\n", "bad-value", "'inputs.a.git' is ''"},
        {"[inputs.a]\ngit = '--upload-pack=x'\n", "bad-value", "'inputs.a.git' is '--upload-pack=x'"},
        {"[inputs.a]\ngit = \"x\\ny\"\n", "bad-value", "'inputs.a.git' is 'x\ny'"},
        {"[inputs.a]\ngit = 'x'\nref = 'a..b'\n", "bad-value", "'inputs.a.ref' is 'a..b'"},
        {"[inputs.a]\ngit = 'x'\nrev = 'abc'\n", "bad-value", "'inputs.a.rev' is 'abc'"},
        {"[inputs.a]\ngit = 'x'\nref = 'a'\nrev = '" + commit + "'\n", "bad-value",
         "'inputs.a' has both 'ref' and 'rev'"},
        {"[inputs.a]\ngit = 'x'\npath = './y'\n", "bad-value", "'inputs.a' has more than one source"},
        {"[inputs.a]\ngit = 'x'\nsubdir = './'\n", "bad-value", "'inputs.a.subdir' names no folder"},
        {"[inputs.a]\npath = 'assets'\n", "bad-value", "'inputs.a.path' is 'assets'"},
        {"[inputs.a]\nhost = []\n", "bad-value", "'inputs.a.host' names no folder"},
        {"[inputs.a]\nhost = ['usr']\n", "bad-value", "'usr' in 'inputs.a.host' is no folder to use"},
        {"[inputs.a]\nhost = ['/usr/../etc']\n", "bad-value",
         "'/usr/../etc' in 'inputs.a.host' is no folder to use"},
    });
}

TEST_CASE("paths stay inside, by their text") {
    check_each({
        {in_package("source = '../x'"), "path-outside",
         "'packages.a.source' leads out of the contract directory"},
        {in_package("source = './a/../../x'"), "path-outside",
         "'packages.a.source' leads out of the contract directory"},
        {in_package("source = '/etc'"), "path-outside",
         "'packages.a.source' leads out of the contract directory"},
        {in_package("source = { path = '..' }"), "path-outside",
         "'packages.a.source.path' leads out of the contract directory"},
        {"[inputs.a]\ngit = 'x'\nsubdir = 'a/../..'\n", "path-outside",
         "'inputs.a.subdir' leads out of the repository"},
    });
    CHECK(parse_below_header("[inputs.a]\npath = '../../x'\n[inputs.b]\ngit = '../b'\n").findings.empty());
    CHECK(parse_below_header(in_package("source = './a/../b'")).findings.empty());
}

TEST_CASE("keys that belong to a kind of source need that kind") {
    check_each({
        {"[inputs.a]\npath = './x'\nref = 'v1'\n", "unknown-key", "unknown key 'inputs.a.ref'"},
        {"[inputs.a]\nhost = ['/usr']\nrev = 'v1'\n", "unknown-key", "unknown key 'inputs.a.rev'"},
    });
}

TEST_CASE("downloads and roots are read with their defaults") {
    const auto parsed = parse(
        "[contract]\nformat = 1\nname = 'x'\nsystems = ['x86_64-linux']\nmin_age = '7d'\n"
        "[inputs.just]\nurl = 'https://example.org/just'\nunpack = false\nexecutable = true\nmin_age = '1h'\n"
        "[inputs.base]\ndeb = ['gcc', 'make=4.3-4.1']\narchive = 'debian'\nsuites = ['bookworm']\n"
        "links = { '/usr/bin/awk' = 'mawk' }\n"
        "[inputs.other]\ndeb = ['gcc']\nmirror = ['https://archive.example.org/debian']\nsuites = ['a/b']\n"
        "components = ['main', 'contrib']\nsnapshot = '20260601T000000Z'\nkeys = './keys/a.gpg'\n"
        "essential = false\nrecommends = true\nconfigure = true\n"
        "[inputs.image]\noci = 'registry.example.org/team/x:1'\n");
    CHECK(codes(parsed.findings).empty());
    REQUIRE(parsed.manifest.inputs.size() == 4);
    CHECK(parsed.manifest.contract.min_age_seconds == 7 * 86400);
    CHECK(parsed.manifest.inputs[0].min_age_seconds == 3600);
    CHECK(std::get<core::UrlSource>(parsed.manifest.inputs[0].source).executable);
    const auto& base = std::get<core::DebSource>(parsed.manifest.inputs[1].source);
    CHECK(base.packages[1].value == "make=4.3-4.1");
    CHECK((base.essential && !base.recommends && !base.configure));
    CHECK(base.links.at(0).second.value == "mawk");
    const auto& other = std::get<core::DebSource>(parsed.manifest.inputs[2].source);
    CHECK((!other.essential && other.recommends && other.configure));
    CHECK(other.components.size() == 2);
    CHECK(std::get<core::OciSource>(parsed.manifest.inputs[3].source).reference.value ==
          "registry.example.org/team/x:1");
    CHECK(core::want_of(parsed.manifest.inputs[1])->size() == 4);
}

TEST_CASE("words of downloads and roots are judged one by one") {
    const std::string deb = "[inputs.a]\narchive = 'debian'\nsuites = ['s']\n";
    const auto with_systems = [](const std::string& text) {
        return parse("[contract]\nformat = 1\nname = 'x'\nsystems = ['x86_64-linux']\n" + text);
    };
    const std::vector<std::pair<std::string, std::string>> mistakes{
        {"[inputs.a]\nurl = 'ftp://example.org/x'\n", "'inputs.a.url' is 'ftp://example.org/x'"},
        {"[inputs.a]\nurl = 'https://example.org/x'\nsha256 = 'x'\n", "'inputs.a.sha256' is no SHA-256"},
        {"[inputs.a]\nurl = 'https://example.org/x'\nexecutable = true\n",
         "'inputs.a' is unpacked, so nothing of it is made executable"},
        {deb + "deb = []\n", "'inputs.a.deb' is empty"},
        {deb + "deb = ['--help']\n", "'--help' in 'inputs.a.deb' cannot be used"},
        {deb + "deb = ['gcc:arm64']\n", "'gcc:arm64' in 'inputs.a.deb' cannot be used"},
        {deb + "deb = ['gcc=']\n", "'gcc=' in 'inputs.a.deb' cannot be used"},
        {deb + "deb = ['gcc']\nmirror = ['example.org']\n", "'example.org' is no place of an archive"},
        {deb + "deb = ['gcc']\nsnapshot = 'yesterday'\n", "'inputs.a.snapshot' is no time"},
        {deb + "deb = ['gcc']\nkeys = '../k'\n", "'inputs.a.keys' leads out of the contract directory"},
        {deb + "deb = ['gcc']\nlinks = { 'usr/bin/awk' = 'mawk' }\n", "'usr/bin/awk' is no place for a link"},
        {deb + "deb = ['gcc']\nlinks = { '/usr/bin/awk' = '' }\n", "'/usr/bin/awk' would point to nothing"},
        {"[inputs.a]\ndeb = ['gcc']\nsuites = ['s']\n", "'inputs.a' does not say where its packages are"},
        {"[inputs.a]\ndeb = ['gcc']\narchive = 'debian'\n", "'inputs.a' has no 'suites'"},
        {"[inputs.a]\ndeb = ['gcc']\narchive = 'debian'\nsuites = ['../x']\n",
         "'../x' in 'inputs.a.suites' cannot be used"},
        {"[inputs.a]\noci = '-x'\n", "'inputs.a.oci' is '-x'"},
    };
    for (const auto& [text, message] : mistakes) {
        INFO(text);
        CHECK(only(with_systems(text)).message == message);
    }
    CHECK(only(parse_below_header("[inputs.a]\noci = 'registry.example.org/x:1'\n")).code ==
          "evaluation.missing-key");
}

TEST_CASE("a bad [contract] makes the file unusable but hides no other mistake") {
    const auto missing = parse("[packages.a]\nbuild = 1\n");
    CHECK_FALSE(missing.usable);
    CHECK(codes(missing.findings) ==
          std::vector<std::string>{"evaluation.missing-key", "evaluation.wrong-type"});
    CHECK(codes(parse("").findings) == std::vector<std::string>{"evaluation.missing-key"});
    CHECK(codes(parse("[contract]\n").findings) ==
          std::vector<std::string>{"evaluation.missing-key", "evaluation.missing-key"});
    for (const std::string line :
         {"name = 'a b'\nformat = 1", "name = 'a'\nformat = 0", "name = 'a'\nformat = '1'",
          "name = 'a'\nformat = 1\nx = 1", "name = 'a'\nformat = 1\nsandbox = 'none'",
          "name = 'a'\nformat = 1\nrequires = 'new'"}) {
        INFO(line);
        const auto parsed = parse("[contract]\n" + line + "\n");
        CHECK(parsed.findings.size() == 1);
        CHECK_FALSE(parsed.usable);
    }
    CHECK_FALSE(parse("contract = 1\n").usable);
}

TEST_CASE("a file for another version is judged by that alone") {
    const auto newer = parse("[contract]\nformat = 2\n[newthings.a]\n");
    CHECK_FALSE(newer.usable);
    CHECK(only(newer).code == "evaluation.unsupported-format");
    const auto required = parse("[contract]\nformat = 1\nrequires = '>= 99.1'\n[newthings.a]\n");
    CHECK_FALSE(required.usable);
    CHECK(only(required).code == "evaluation.requires");
}

TEST_CASE("text from the file is harmless in messages") {
    const auto parsed = parse_below_header("\"\\u001b[31m\\u202e\" = 1\n");
    CHECK(only(parsed).message == "unknown key 'contract.\\x1b[31m\\u202e'");
}
