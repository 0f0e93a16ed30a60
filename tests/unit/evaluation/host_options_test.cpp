// SPDX-License-Identifier: Apache-2.0
//
// What the options of hosts become: units, files of logins and the kernel, secrets and probes; on machines
// and in homes.
#include <algorithm>

#include "contract_test.hpp"

using namespace contract;
using namespace contract::test;

namespace {

std::string text(const core::Generation& generation, const std::string& path) {
    for (const auto& one : generation.entries)
        if (one.path == path) return std::get<core::FileText>(one.content).bytes;
    FAIL("no entry " << path);
    return "";
}

bool has(const core::Generation& generation, const std::string& path) {
    return std::any_of(generation.entries.begin(), generation.entries.end(),
                       [&](const auto& one) { return one.path == path; });
}

Contract host(const std::string& config, const std::string& host_class = "linux") {
    return Contract(
        "[packages.tool]\nbuild = \"true\"\n[packages.other]\nbuild = \"true\"\n[checks.one]\nrun = "
        "\"true\"\n[hosts.web]\nclass = \"" +
        host_class + "\"\n[hosts.web.config]\n" + config);
}

core::Generation generation(const std::string& config, const std::string& host_class = "linux") {
    Contract contract = host(config, host_class);
    const auto evaluated = contract.run();
    for (const auto& finding : evaluated.result.findings) FAIL(finding.code << " " << finding.message);
    return planned(evaluated.plan.hosts, "hosts.web").generation;
}

std::string findings(const std::string& config, const std::string& host_class = "linux") {
    return host(config, host_class).findings();
}

}  // namespace

TEST_CASE("a timer starts the unit of its name, which then does not start with the machine") {
    const auto made = generation(R"(units.backup = { command = ["/bin/true"], type = "oneshot" }
timers.backup = { calendar = ["Mon 03:00", "Thu 03:00"], delay = "10min", persistent = true, description = "50%" }
timers.hourly = { after_boot = "5min", every = "1h", unit = "backup.service", enable = false, extra.Timer.AccuracySec = "1s" }
)");
    CHECK(text(made, "/etc/systemd/system/backup.timer") ==
          "[Unit]\nDescription=50%%\n\n[Timer]\nOnCalendar=Mon 03:00\nOnCalendar=Thu 03:00\n"
          "RandomizedDelaySec=10min\nPersistent=true\nUnit=backup.service\n\n[Install]\nWantedBy=timers."
          "target\n");
    CHECK(text(made, "/etc/systemd/system/hourly.timer") ==
          "[Timer]\nOnBootSec=5min\nOnUnitActiveSec=1h\nUnit=backup.service\nAccuracySec=1s\n\n"
          "[Install]\nWantedBy=timers.target\n");
    CHECK(has(made, "/etc/systemd/system/timers.target.wants/backup.timer"));
    CHECK_FALSE(has(made, "/etc/systemd/system/timers.target.wants/hourly.timer"));
    CHECK_FALSE(has(made, "/etc/systemd/system/multi-user.target.wants/backup.service"));
    REQUIRE(made.units.size() == 3);
    CHECK(made.units[1].starts == "backup.service");
    CHECK(made.units[1].program.empty());
    CHECK(has(generation("units.b = { command = [\"/a\"], enable = true }\ntimers.b.every = \"1h\"\n"),
              "/etc/systemd/system/multi-user.target.wants/b.service"));
}

TEST_CASE("a timer that never starts anything is refused") {
    CHECK(findings("units.a.command = [\"/a\"]\ntimers.a = {}\n") == "evaluation.missing-key a\n");
    CHECK(findings("timers.a.every = \"1h\"\n") == "evaluation.unknown-reference a\n");
    CHECK(findings("timers.a = { every = \"1h\", unit = \"logrotate.service\" }\n") == "");
    CHECK(findings("timers.a = { every = \"1h\", unit = \"logrotate\" }\n") ==
          "evaluation.bad-value \"logrotate\"\n");
    CHECK(findings("timers.a = { every = \"1h\", unit = \"a.service\", persistent = true }\n") ==
          "evaluation.bad-value true\n");
    CHECK(findings("timers.a = { every = \"1h\\nUnit=b.service\", unit = \"a.service\" }\n")
              .starts_with("evaluation.bad-value \"1h"));
    CHECK(findings("timers.a = { every = \"1h\", unit = \"a.service\", extra.Timer.Unit = \"b\" }\n") ==
          "evaluation.bad-value Unit\n");
}

TEST_CASE("what happens to a file that was edited or changed is told to activation") {
    const auto made = generation(
        "files.\"/a\" = { text = \"\", on_modified = \"keep\", restart = [\"web.service\"], reload = "
        "[\"nginx.service\", \"b.socket\"] }\nfiles.\"/b\" = { text = \"\", on_modified = \"save\" }\n");
    CHECK(made.entries[0].on_modified == core::OnModified::keep);
    CHECK(made.entries[0].restart == std::vector<std::string>{"web.service"});
    CHECK(made.entries[0].reload == std::vector<std::string>{"nginx.service", "b.socket"});
    CHECK(made.entries[1].on_modified == core::OnModified::save);
    CHECK(made.entries[1].on_collision == core::OnCollision::refuse);
}

TEST_CASE("packages and environment are in the files that logins read") {
    const auto made = generation(
        "packages = [\"${{ packages.tool }}\", \"${{ packages.other }}\", \"${{ packages.tool }}\"]\n"
        "environment = { GREETING = \"it's $HOME\" }\n");
    REQUIRE(made.path_packages.size() == 2);
    const std::string tool = made.path_packages[0].output.text() + "/bin";
    const std::string other = made.path_packages[1].output.text() + "/bin";
    CHECK(tool.find("-tool/bin") != std::string::npos);
    const std::string profile = text(made, "/etc/profile.d/contract.sh");
    CHECK(profile.find("export GREETING='it'\\''s $HOME'\n") != std::string::npos);
    CHECK(profile.find("PATH='" + other + "'") < profile.find("PATH='" + tool + "'"));
    const std::string environment = text(made, "/etc/environment.d/contract.conf");
    CHECK(environment.find("\nGREETING=\"it's $$HOME\"\n") != std::string::npos);
    CHECK(environment.find("\nPATH=" + tool + ":" + other + "${PATH:+:$PATH}\n") != std::string::npos);
    CHECK(generation("packages = []\nenvironment = {}\n").entries.empty());
}

TEST_CASE("what no login can have is refused") {
    CHECK(findings("environment.\"A B\" = \"\"\n") == "evaluation.bad-value \"A B\"\n");
    CHECK(findings("environment.A = \"x\\nexport B=1\"\n") == "evaluation.bad-value \"x\\nexport B=1\"\n");
    CHECK(findings("environment.PATH = \"/bin\"\n") == "evaluation.bad-value PATH\n");
    CHECK(findings("environment.A = 1\n") == "evaluation.wrong-type 1\n");
    CHECK(findings("packages = [\"tool\"]\n") == "evaluation.wrong-type \"tool\"\n");
    CHECK(findings("packages = [\"${{ packages.tol }}\"]\n") == "evaluation.expression tol\n");
}

TEST_CASE("the kernel's part is applied at the start, and probed") {
    Contract contract = host(
        "kernel.modules = [\"nvme-tcp\", \"bonding\"]\n"
        "kernel.sysctl = { \"vm.swappiness\" = 10, \"net/ipv4/conf/eth0.1/rp_filter\" = \"2\", "
        "\"net.ipv4.tcp_rmem\" = \"4096 131072 6291456\" }\n");
    const auto evaluated = contract.run();
    CHECK(evaluated.result.findings.empty());
    const auto& made = planned(evaluated.plan.hosts, "hosts.web").generation;
    CHECK(text(made, "/etc/modules-load.d/contract.conf").ends_with("\nbonding\nnvme-tcp\n"));
    CHECK(text(made, "/etc/sysctl.d/contract.conf")
              .ends_with("\nnet.ipv4.conf.eth0/1.rp_filter = 2\nnet.ipv4.tcp_rmem = 4096 131072 6291456\n"
                         "vm.swappiness = 10\n"));
    const auto& module = planned(evaluated.plan.probes, "hosts.web.kernel.modules.nvme-tcp");
    CHECK(std::get<std::string>(module.parameters.at("path")) == "/sys/module/nvme_tcp");
    CHECK(module.hosts == std::vector<std::string>{"web"});
    CHECK(contract.text.substr(module.where.begin_byte, module.where.end_byte - module.where.begin_byte) ==
          "\"nvme-tcp\"");
    const auto& number = planned(evaluated.plan.probes, "hosts.web.kernel.sysctl.vm.swappiness");
    CHECK(number.expect == "value == 10");
    CHECK(number.option == "kernel.sysctl.\"vm.swappiness\"");
    CHECK(contract.text.substr(number.where.begin_byte, 2) == "10");
    CHECK(planned(evaluated.plan.probes, "hosts.web.kernel.sysctl.net.ipv4.tcp_rmem").expect ==
          "string(value).replace(\"\\t\", \" \") == \"4096 131072 6291456\"");
    CHECK(evaluated.plan.probes.size() == 5);
}

TEST_CASE("a parameter of the kernel comes from the module that sets it") {
    Contract contract("[hosts.web]\nclass = \"linux\"\nmodules = [\"./a.toml\", \"./b.toml\"]\n");
    contract.files.tracked["a.toml"] = "[config]\nkernel.sysctl.\"vm.swappiness\" = 10\n";
    contract.files.tracked["b.toml"] = "[config]\nkernel.sysctl.\"kernel.panic\" = 60\n";
    const auto evaluated = contract.run();
    CHECK(evaluated.result.findings.empty());
    CHECK(planned(evaluated.plan.probes, "hosts.web.kernel.sysctl.vm.swappiness").where.file == "a.toml");
    CHECK(planned(evaluated.plan.probes, "hosts.web.kernel.sysctl.kernel.panic").where.file == "b.toml");
}

TEST_CASE("what the kernel's files would read otherwise is refused") {
    CHECK(findings("kernel.modules = [\"a b\", \"c\"]\n") == "evaluation.bad-value \"a b\"\n");
    CHECK(findings("kernel.sysctl.\"vm.swap = 1\" = 1\n") == "evaluation.bad-value \"vm.swap = 1\"\n");
    CHECK(findings("kernel.sysctl.\"-vm.swappiness\" = 1\n") == "evaluation.bad-value \"-vm.swappiness\"\n");
    CHECK(findings("kernel.sysctl.\"net.*.x\" = 1\n") == "evaluation.bad-value \"net.*.x\"\n");
    CHECK(findings("kernel.sysctl.\"../../etc/passwd\" = 1\n") ==
          "evaluation.bad-value \"../../etc/passwd\"\n");
    CHECK(findings("kernel.sysctl.\"a.b\" = \"1\\nc.d = 2\"\n") == "evaluation.bad-value \"1\\nc.d = 2\"\n");
    CHECK(findings("kernel.sysctl.\"a.b\" = \"\"\n") == "evaluation.bad-value \"\"\n");
    CHECK(findings("kernel.sysctl.\"a.b\" = true\n") == "evaluation.wrong-type true\n");
    CHECK(findings("kernel.sysctl = { \"a.b\" = 1, \"a/b\" = 2 }\n") == "evaluation.conflict \"a/b\"\n");
}

TEST_CASE("a secret has to be there, and is never in the store") {
    Contract contract =
        host("users.app = {}\nsecrets.token = { path = \"/run/secrets/token\", owner = \"app\" }\n");
    const auto evaluated = contract.run();
    CHECK(evaluated.result.findings.empty());
    const auto& made = planned(evaluated.plan.hosts, "hosts.web").generation;
    REQUIRE(made.secrets.size() == 1);
    CHECK(made.secrets[0].mode == 0400);
    CHECK_FALSE(has(made, "/run/secrets/token"));
    CHECK(planned(evaluated.plan.probes, "hosts.web.secrets.token").expect ==
          "type == \"regular\" && mode == \"0400\" && owner == \"app\"");
    CHECK(findings("secrets.a = {}\n") == "evaluation.missing-option a\n");
    CHECK(findings("secrets.a.path = \"run/a\"\n") == "evaluation.bad-value \"run/a\"\n");
    CHECK(findings("secrets.a.path = \"${{ packages.tool }}/a\"\n") ==
          "evaluation.bad-value \"${{ packages.tool }}/a\"\n");
    CHECK(findings("secrets.a.path = \"/a\"\nfiles.\"/a\".text = \"\"\n") == "evaluation.bad-value \"/a\"\n");
}

TEST_CASE("a host has probes of its own") {
    Contract contract = host(R"([hosts.web.config.probes.version]
kind = "command"
command = ["tool", "${{ host.name }}"]
uses = ["${{ packages.tool }}"]
expect = "exit == 0 && stdout == '1'"
severity = "warning"
timeout = "2s"
retry = { attempts = 3, interval = "100ms" }
[hosts.web.config.probes.port]
kind = "tcp"
host = "localhost"
port = 80
)");
    const auto evaluated = contract.run();
    for (const auto& finding : evaluated.result.findings) FAIL(finding.code << " " << finding.message);
    const auto& version = planned(evaluated.plan.probes, "hosts.web.probes.version");
    CHECK(version.depends_on == std::vector<std::string>{"packages.tool"});
    CHECK(version.uses.size() == 1);
    CHECK(std::get<std::vector<std::string>>(version.parameters.at("command")) ==
          std::vector<std::string>{"tool", "web"});
    CHECK(version.severity == core::Severity::warning);
    CHECK(version.timeout_ms == 2000);
    CHECK(version.attempts == 3);
    CHECK(version.interval_ms == 100);
    const auto& port = planned(evaluated.plan.probes, "hosts.web.probes.port");
    CHECK(port.expect == "connected");
    CHECK(port.timeout_ms == 5000);
    CHECK(port.depends_on.empty());
}

TEST_CASE("a probe of a host is judged like any other") {
    CHECK(findings("probes.a = {}\n") == "evaluation.missing-option a\n");
    CHECK(findings("probes.a.kind = \"tpc\"\n") == "evaluation.unknown-probe-kind \"tpc\"\n");
    CHECK(findings("probes.a = { kind = \"tcp\", host = \"a\" }\n") == "evaluation.missing-key a\n");
    CHECK(findings("probes.a = { kind = \"env\", name = \"A\", port = 1 }\n") ==
          "evaluation.unknown-option 1\n");
    CHECK(findings("probes.a = { kind = \"env\", name = \"A\", expect = \"true\" }\n") ==
          "evaluation.empty-expectation true\n");
    CHECK(findings("probes.a = { kind = \"env\", name = \"A\", expect = \"sett\" }\n") ==
          "evaluation.expression sett\n");
    CHECK(findings("probes.a = { kind = \"env\", name = \"A\", timeout = \"soon\" }\n") ==
          "evaluation.bad-value \"soon\"\n");
    CHECK(findings("probes.a = { kind = \"env\", name = \"A\", retry.attempts = 0 }\n") ==
          "evaluation.bad-value 0\n");
}

TEST_CASE("a host agrees to take over protected paths, each with its place") {
    const auto made = generation("protected = [\"/etc/sudoers.d/ops\"]\n");
    REQUIRE(made.agreed.size() == 1);
    CHECK(made.agreed[0].path == "/etc/sudoers.d/ops");
    CHECK(made.agreed[0].where.line > 0);
    CHECK(findings("protected = [\"etc\"]\n") == "evaluation.bad-value \"etc\"\n");
}

TEST_CASE("a home has what is below it, units of its own and the files of its logins") {
    Contract contract = host(R"(files.".config/app" = { text = "x", mode = "0600" }
files.".local/bin/tool" = { text = "#!/bin/sh\n", mode = "0755" }
directories.".cache/app".mode = "0700"
units.agent = { command = ["~/.local/bin/tool", "100%"], directory = "~/work" }
timers.agent.after_boot = "1min"
packages = ["${{ packages.tool }}"]
environment.EDITOR = "vi"
secrets.token.path = ".config/token"
)",
                             "home");
    const auto evaluated = contract.run();
    for (const auto& finding : evaluated.result.findings) FAIL(finding.code << " " << finding.message);
    const auto& made = planned(evaluated.plan.hosts, "hosts.web").generation;
    for (const auto& entry : made.entries) {
        CHECK(entry.path.front() != '/');
        CHECK(entry.owner.empty());
    }
    const std::string unit = text(made, ".config/systemd/user/agent.service");
    CHECK(unit.find("ExecStart=%h/.local/bin/tool 100%%\n") != std::string::npos);
    CHECK(unit.find("WorkingDirectory=%h/work\n") != std::string::npos);
    CHECK(unit.find("WantedBy=default.target\n") != std::string::npos);
    CHECK(text(made, ".config/systemd/user/agent.timer").find("OnStartupSec=1min\n") != std::string::npos);
    CHECK(has(made, ".config/contract/profile.sh"));
    CHECK(has(made, ".config/environment.d/contract.conf"));
    const auto& probe = planned(evaluated.plan.probes, "hosts.web.secrets.token");
    CHECK(std::get<std::string>(probe.parameters.at("path")) == "~/.config/token");
    CHECK(probe.expect == "type == \"regular\" && mode == \"0400\"");
}

TEST_CASE("what makes no sense in a home is no option there, and the help says why") {
    for (const std::string config :
         {"users.a = {}\n", "groups.a = {}\n", "kernel.modules = []\n", "protected = []\n"}) {
        Contract contract = host(config, "home");
        const auto evaluated = contract.run();
        REQUIRE(evaluated.result.findings.size() == 1);
        CHECK(evaluated.result.findings[0].code == "evaluation.unknown-option");
        CHECK(evaluated.result.findings[0].help.size() == 1);
        CHECK(evaluated.result.findings[0].help[0].find("did you mean") == std::string::npos);
    }
    CHECK(findings("files.\"a\" = { text = \"\", owner = \"root\" }\n", "home") ==
          "evaluation.unknown-option owner\n");
    CHECK(findings("units.a = { command = [\"/a\"], user = \"root\" }\n", "home") ==
          "evaluation.unknown-option user\n");
    for (const std::string path : {"/etc/motd", "../x", "a/../b", "."})
        CHECK(findings("files.\"" + path + "\".text = \"\"\n", "home") ==
              "evaluation.bad-value \"" + path + "\"\n");
}

TEST_CASE("a match of a list holds for each item and points at the one that is wrong") {
    Contract contract(
        "[hosts.web]\nclass = \"linux\"\nmodules = [\"./a.toml\"]\nconfig.l = [\"a\", \"B\"]\n");
    contract.files.tracked["a.toml"] = "[options.l]\ntype = \"list(string)\"\nmatch = \"[a-z]\"\n";
    CHECK(contract.findings() == "evaluation.bad-value \"B\"\n");
}
