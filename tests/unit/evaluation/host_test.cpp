// SPDX-License-Identifier: Apache-2.0
#include "contract_test.hpp"

using namespace contract;
using namespace contract::test;

namespace {

const core::GenerationEntry& entry(const core::Generation& generation, const std::string& path) {
    for (const auto& one : generation.entries)
        if (one.path == path) return one;
    FAIL("no entry " << path);
    throw InternalError("unreachable");
}
std::string text(const core::GenerationEntry& one) {
    return std::get<core::FileText>(one.content).bytes;
}

}  // namespace

TEST_CASE("a host's options become the entries of a generation") {
    Contract contract(R"([packages.agent]
build = "true"
[checks.one]
run = "true"
[hosts.web]
class = "linux"
[hosts.web.config]
files."/etc/name".text = "${{ contract.name }} on ${{ system }}\n"
files."/etc/motd" = { source = "./motd", mode = "0600", owner = "app", on_collision = "save" }
files."/etc/agent.conf".source = "${{ packages.agent }}/share/agent.conf"
files."/etc/link".symlink = "/etc/motd"
directories."/var/lib/app" = { owner = "app", mode = "0750" }
users.app = { description = "The \"app\" 100%", home = "/var/lib/app", group = "app", uid = 900 }
groups.app.gid = 900
[hosts.web.config.units.agent]
command = ["${{ packages.agent }}/bin/agent", "50% $HOME", "a\"b\\c", ""]
description = "100% agent"
env = { MESSAGE = "a b", PLAIN = "x" }
user = "app"
after = ["network-online.target"]
restart = "on-failure"
extra.Service.MemoryMax = "1G"
[hosts.web.config.units.off]
command = ["/bin/true"]
enable = false
)");
    const auto evaluated = contract.run();
    for (const auto& finding : evaluated.result.findings)
        if (finding.severity == core::Severity::error) FAIL(finding.code << " " << finding.message);
    const auto& host = planned(evaluated.plan.hosts, "hosts.web");
    const auto& generation = host.generation;
    const auto agent = planned(evaluated.plan.packages, "packages.agent").output;
    CHECK(host.depends_on == std::vector<std::string>{"packages.agent"});
    CHECK(generation.entries.size() == 9);
    CHECK(text(entry(generation, "/etc/name")) == "demo on x86_64-linux\n");
    CHECK(entry(generation, "/etc/name").option == "files.\"/etc/name\"");
    CHECK(text(entry(generation, "/etc/motd")) == "hello\n");
    CHECK(entry(generation, "/etc/motd").mode == 0600);
    CHECK(entry(generation, "/etc/motd").owner == "app");
    CHECK(entry(generation, "/etc/motd").on_collision == core::OnCollision::save);
    CHECK(std::get<core::FileInStore>(entry(generation, "/etc/agent.conf").content) ==
          core::FileInStore{agent, "share/agent.conf"});
    CHECK(std::get<core::LinkEntry>(entry(generation, "/etc/link").content).target == "/etc/motd");
    CHECK(entry(generation, "/var/lib/app").mode == 0750);
    CHECK(
        text(entry(generation, "/etc/systemd/system/agent.service")) ==
        "[Unit]\nDescription=100%% agent\nAfter=network-online.target\n\n[Service]\nType=simple\nExecStart=" +
            agent.text() +
            "/bin/agent \"50%% $$HOME\" \"a\\\"b\\\\c\" \"\"\nEnvironment=\"MESSAGE=a "
            "b\"\nEnvironment=PLAIN=x\nUser=app\n"
            "Restart=on-failure\nMemoryMax=1G\n\n[Install]\nWantedBy=multi-user.target\n");
    CHECK(std::get<core::LinkEntry>(
              entry(generation, "/etc/systemd/system/multi-user.target.wants/agent.service").content)
              .target == "../agent.service");
    CHECK(text(entry(generation, "/etc/sysusers.d/contract.conf")) ==
          "g app 900\nu app 900:app \"The \\\"app\\\" 100%%\" /var/lib/app -\n");
    REQUIRE(generation.units.size() == 2);
    CHECK(generation.units[0].name == "agent.service");
    CHECK(generation.units[0].program == agent.text() + "/bin/agent");
    CHECK(generation.units[0].user == "app");
    CHECK(generation.users[0].name == "app");
    CHECK(generation.groups[0].name == "app");
}

TEST_CASE("every wrong option of a host is reported at its place") {
    const auto findings = [](const std::string& config) {
        return Contract("[hosts.web]\nclass = \"linux\"\n[hosts.web.config]\n" + config).findings();
    };
    CHECK(findings("files.\"/a\".txt = \"\"\n").substr(0, 30) == "evaluation.unknown-option txt\n");
    CHECK(findings("files.\"/a\".text = 7\n") == "evaluation.wrong-type 7\n");
    CHECK(findings("files.\"/a\".owner = \"root\"\n") == "evaluation.missing-key \"/a\"\n");
    CHECK(findings("files.\"/a\" = { text = \"\", symlink = \"/b\" }\n") == "evaluation.bad-value \"/a\"\n");
    CHECK(findings("files.\"a\".text = \"\"\n") == "evaluation.bad-value \"a\"\n");
    CHECK(findings("files.\"/a/../b\".text = \"\"\n") == "evaluation.bad-value \"/a/../b\"\n");
    CHECK(findings("files.\"/a\" = { text = \"\", mode = \"abc\" }\n") == "evaluation.bad-value \"abc\"\n");
    CHECK(findings("files.\"/a\" = { text = \"\", on_collision = \"sav\" }\n") ==
          "evaluation.bad-value \"sav\"\n");
    CHECK(findings("files.\"/a\".source = \"./none\"\n") == "evaluation.missing-file \"./none\"\n");
    CHECK(findings("files.\"/a\".source = \"/etc/passwd\"\n") == "evaluation.bad-value \"/etc/passwd\"\n");
    CHECK(findings("files.\"/a\" = { text = \"\", restart = [\"agent\"] }\n") ==
          "evaluation.bad-value \"agent\"\n");
    CHECK(findings("units.a.user = \"app\"\n") == "evaluation.missing-option a\n");
    CHECK(findings("units.a.command = [\"sleep\"]\n") == "evaluation.bad-value \"sleep\"\n");
    CHECK(findings("units.a.command = []\n") == "evaluation.bad-value []\n");
    CHECK(findings("units.a = { command = [\"/a\"], enable = \"yes\" }\n") ==
          "evaluation.wrong-type \"yes\"\n");
    CHECK(findings("units.a = { command = [\"/a\"], description = \"x\\nUser=root\" }\n") ==
          "evaluation.bad-value \"x\\nUser=root\"\n");
    CHECK(findings("units.a = { command = [\"/a\"], after = [\"b c.target\"] }\n") ==
          "evaluation.bad-value \"b c.target\"\n");
    CHECK(findings("units.a = { command = [\"/a\"], env.\"A B\" = \"\" }\n") ==
          "evaluation.bad-value \"A B\"\n");
    CHECK(findings("units.a = { command = [\"/a\"], user = \"a b\" }\n") == "evaluation.bad-value \"a b\"\n");
    CHECK(findings("units.a = { command = [\"/a\"], extra.Service.ExecStart = \"/b\" }\n").substr(0, 20) ==
          "evaluation.bad-value");
    CHECK(findings("users.\"a b\".uid = 1\n") == "evaluation.bad-value \"a b\"\n");
    CHECK(findings("users.a.uid = -1\n") == "evaluation.bad-value -1\n");
    CHECK(findings("files.\"/a\".text = \"${{ nothing }}\"\nfiles.\"/b\".text = 1\n") ==
          "evaluation.expression nothing\nevaluation.wrong-type 1\n");
}

TEST_CASE("a class or root that is not there is refused") {
    CHECK(Contract("[inputs.m]\nhost = [\"/usr\"]\n[hosts.a]\nclass = \"linux\"\nroot = \"inputs.n\"\n")
              .findings() == "evaluation.unknown-reference \"inputs.n\"\n");
}
