// SPDX-License-Identifier: Apache-2.0
//
// What modules and contracts say and need not. Beside each line that is told stands one that is needed.
#include "module_host.hpp"

using namespace contract;
using namespace contract::test;

namespace {

const std::string options =
    option("port", "port", "default = 80") + option("flags", "list(string)", "default = ['-v']") +
    option("words", "set(string)") + option("notes", "lines") + option("map", "map(string)") +
    option("fast", "bool") + option("sites.<name>.tls", "bool", "default = true") +
    option("sites.<name>.root", "path", "default = '/'");

// What is told about modules, one line each.
std::string told(const std::vector<std::string>& modules, const std::string& of_host = "") {
    std::vector<std::string> all{options};
    all.insert(all.end(), modules.begin(), modules.end());
    std::string out;
    for (const auto& finding : ModuleHost(all, "1", of_host).run().result.findings)
        out += (out.empty() ? "" : "\n") + ModuleHost::told(finding);
    return out;
}

}  // namespace

TEST_CASE("an option that is set to its default") {
    CHECK(told({config("port = 80")}) ==
          "redundant-default (warning) m1.toml:2:8 'port' is set to what it is by default");
    CHECK(told({config("port = 81")}) == "");
    CHECK(told({config("flags = ['-v']")}) ==
          "redundant-default (warning) m1.toml:2:9 'flags' is set to what it is by default");
    CHECK(told({config("flags = ['-v', '-v']")}) == "");
    // Somebody else has a say: the line decides.
    CHECK(told({config("port = 80"), set(weak, "values.port = 81")}) == "");
    CHECK(told({config("port = 80"), set(weak + "\nwhen = 'host.name == \"web\"'", "values.port = 81")}) ==
          "");
    // A definition may be all that makes an entry.
    CHECK(told({config("sites.a.tls = true")}) == "");
    CHECK(told({config("sites.a = { tls = true, root = '/srv' }")}) ==
          "redundant-default (warning) m1.toml:2:19 'sites.a.tls' is set to what it is by default");
    CHECK(told({config("sites.a.root = '/srv'"), config("sites.a.tls = true")}) ==
          "redundant-default (warning) m2.toml:2:15 'sites.a.tls' is set to what it is by default");
    CHECK(told({config("sites.b.root = '/srv'"), config("sites.a.tls = true")}) == "");
}

TEST_CASE("a line that one host needs is needed") {
    const auto findings = [](const std::string& other) {
        Contract contract(
            "[hosts.one]\nclass = 'linux'\nmodules = ['./o.toml', './m.toml']\n"
            "[hosts.two]\nclass = 'linux'\nmodules = ['./o.toml', './m.toml'" +
            other + "]\n");
        contract.files.tracked["o.toml"] = options;
        contract.files.tracked["m.toml"] = config("port = 80");
        contract.files.tracked["weak.toml"] = set(weak, "values.port = 81");
        std::string out;
        for (const auto& finding : contract.run().result.findings) out += finding.code + "\n";
        return out;
    };
    CHECK(findings("") == "evaluation.redundant-default\n");
    CHECK(findings(", './weak.toml'") == "");
}

TEST_CASE("items that are dropped without a word") {
    const std::string given = set(weak, "values.words = ['a']");
    CHECK(told({given, config("words = ['b']")}) ==
          "silent-override (warning) m2.toml:2:9 'words' drops what others give by default");
    CHECK(told({set(weak, "values.notes = 'a'"), config("notes = 'b'")}) ==
          "silent-override (warning) m2.toml:2:9 'notes' drops what others give by default");
    CHECK(told({given, set(weak, "values.words = ['b']")}) == "");
    CHECK(told({given, set("replace = ['words']", "values.words = ['b']")}) == "");
    CHECK(told({given, set(forced, "values.words = ['b']")}) == "");
    // So does what wins over both.
    CHECK(told({given, config("words = ['b']"), set(forced, "values.words = ['c']")}) == "");
    CHECK(told({config("words = ['a']"), config("words = ['b']")}) == "");
    // Of scalars, and of the keys of a map, that is what a default is for.
    CHECK(told({set(weak, "values.port = 81"), config("port = 82")}) == "");
    CHECK(told({set(weak, "values.map.a = '1'"), config("map.a = '2'")}) == "");
}

TEST_CASE("items that are there already") {
    CHECK(told({config("words = ['a', 'b', 'a']")}) ==
          "duplicate-item (warning) m1.toml:2:20 'words' names \"a\" twice");
    CHECK(told({config("words = ['a']"), config("words = ['a']")}) == "");  // a set unites
    CHECK(told({config("flags = ['a', 'b']"), config("flags = ['b']")}) ==
          "duplicate-item (warning) m2.toml:2:9 'flags' gets nothing but items that it has already");
    CHECK(told({config("flags = ['b']"), config("flags = ['a', 'b']")}) ==
          "duplicate-item (warning) m1.toml:2:9 'flags' gets nothing but items that it has already");
    CHECK(told({config("flags = ['-I', 'a']"), config("flags = ['-I', 'b']")}) == "");
    CHECK(told({config("flags = ['-x', '-x']")}) == "");  // a list is what it says
    CHECK(told({config("flags = ['b']"), set("when = 'config.port > 80'", "values.flags = ['b']")}) == "");
}

TEST_CASE("conditions that are false for every host") {
    CHECK(told({set("when = 'host.name == \"mail\"'", "values.port = 81")}) ==
          "dead-condition (warning) m1.toml:2:8 the condition is false for every host that has it");
    CHECK(told({set("when = 'false'", "values.port = 81")}) ==
          "dead-condition (warning) m1.toml:2:8 the condition is false for every host that has it");
    CHECK(told({set("when = 'host.name == \"web\"'", "values.port = 81")}) == "");
    CHECK(told({set("when = 'config.port == 1'", "values.flags = ['a']")}) == "");
    CHECK(told({set("when = 'system == \"plan9\"'", "values.flags = ['a']")}) == "");
}

TEST_CASE("names that stand in a list twice, and conditions of targets") {
    const std::string machine =
        "[inputs.machine]\nhost = ['/usr']\n[toolchains.c]\nroot = 'inputs.machine'\n";
    const auto findings = [&](const std::string& systems, const std::string& check) {
        Contract contract("");
        contract.text = header + systems + machine + "[checks.c]\nrun = 'true'\n" + check;
        return contract.findings();
    };
    const std::string two = "systems = ['x86_64-linux', 'aarch64-linux']\n";
    CHECK(findings("", "uses = ['toolchains.c', 'toolchains.c']\n") ==
          "evaluation.duplicate-item (warning) 'toolchains.c'\n");
    CHECK(findings("", "uses = ['toolchains.c', 'inputs.machine']\n") == "");
    CHECK(findings("", "when = '1 > 2'\n") == "evaluation.dead-condition (warning) 1 > 2\n");
    CHECK(findings(two, "when = \"system == 'plan9'\"\n") ==
          "evaluation.dead-condition (warning) system == 'plan9'\n");
    CHECK(findings("", "when = \"system == 'plan9'\"\n") == "");  // it may be for any system
    CHECK(findings(two, "when = \"system == 'aarch64-linux'\"\n") == "");
    CHECK(findings(two, "systems = ['x86_64-darwin']\n") ==
          "evaluation.dead-condition (warning) 'x86_64-darwin'\n");
    CHECK(findings(two, "systems = ['x86_64-darwin', 'aarch64-linux']\n") == "");
    CHECK(findings("", "when = \"inputs.machine.kind == 'git'\"\n") == "");
}

TEST_CASE("private files whose text is in the contract") {
    const auto findings = [](const std::string& file, const std::string& host_class = "linux") {
        return Contract("[hosts.web]\nclass = '" + host_class + "'\nconfig.files." + file + "\n").findings();
    };
    CHECK(findings("'/k' = { text = 'x', mode = '0600' }") == "evaluation.private-text (warning) '0600'\n");
    CHECK(findings("'/k' = { source = './motd', mode = '0400' }") ==
          "evaluation.private-text (warning) '0400'\n");
    CHECK(findings("'/k' = { text = 'x', mode = '0640' }") == "");
    CHECK(findings("'/k' = { text = 'x', mode = '0644' }") == "");
    CHECK(findings("'/k' = { text = 'x', mode = '0604' }") == "");
    CHECK(findings("'/k' = { text = '', mode = '0600' }") == "");
    CHECK(findings("'k' = { text = 'x', mode = '0600' }", "home") == "");
}

TEST_CASE("modules that are disabled and imported by nobody") {
    const std::string head = "[module]\ndisable = ['./m2.toml']\n";
    CHECK(told({head, config("port = 81")}) == "");
    CHECK(told({"[module]\ndisable = ['./m9.toml']\n"}) ==
          "idle-disable (warning) m1.toml:2:12 './m9.toml' is imported by no host that disables it");
}
