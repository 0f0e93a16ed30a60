// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>

#include "contract/base/text.hpp"
#include "fleet.hpp"

using namespace contract;
using namespace contract::test;
using core::Outcome;

namespace {

template <typename Function>
double seconds(const Function& function) {
    const auto begin = std::chrono::steady_clock::now();
    function();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

TEST_CASE("A host that passed is remembered until something of it changes") {
    Fleet fleet;
    auto& host = fleet.host("web", {entry("/etc/web.conf", "one\n"), entry("/srv/web/index", "hello\n")});
    const auto first = fleet.check();
    CHECK(told(first).empty());
    CHECK(outcome(first, "hosts.web").outcome == Outcome::passed);
    CHECK_FALSE(outcome(first, "hosts.web").cached);
    const auto again = fleet.check();
    CHECK(outcome(again, "hosts.web").outcome == Outcome::passed);
    CHECK(outcome(again, "hosts.web").cached);

    SECTION("the text of a file") {
        host.generation.entries[0] = entry("/etc/web.conf", "two\n");
    }
    SECTION("the mode of a file") {
        host.generation.entries[0].mode = 0600;
    }
    SECTION("the owner of a file") {
        host.generation.entries[0].owner = "www-data";
    }
    SECTION("another file") {
        host.generation.entries.push_back(entry("/srv/web/robots", ""));
    }
    SECTION("an account") {
        host.generation.users.push_back({"web", {}});
    }
    const auto changed = fleet.check();
    CHECK(told(changed).empty());
    CHECK(outcome(changed, "hosts.web").outcome == Outcome::passed);
    CHECK_FALSE(outcome(changed, "hosts.web").cached);
}

TEST_CASE("A failure is never remembered") {
    Fleet fleet;
    fleet.host("web", {entry("/bin/tool", "one\n"), entry("/usr/bin/tool", "two\n")});
    for (int time = 0; time < 2; ++time) {
        const auto result = fleet.check();
        CHECK(outcome(result, "hosts.web").outcome == Outcome::failed);
        CHECK_FALSE(outcome(result, "hosts.web").cached);
        REQUIRE(result.findings.size() == 1);
        CHECK(result.findings[0].code == "activation.path-collision");
    }
}

TEST_CASE("A host whose package failed is blocked, and the others go on") {
    Fleet fleet;
    fleet.host("needs", {entry("/etc/a", "a\n")}).depends_on = {"packages.broken", "packages.whole"};
    fleet.host("other", {entry("/etc/a", "a\n")});
    fleet.blocked = {"packages.broken"};
    const auto result = fleet.check();
    CHECK(told(result).empty());
    CHECK(outcome(result, "hosts.needs").outcome == Outcome::blocked);
    CHECK(outcome(result, "hosts.needs").blocked_by == std::vector<std::string>{"packages.broken"});
    CHECK(outcome(result, "hosts.other").outcome == Outcome::passed);
}

TEST_CASE("A host that nobody asked for is skipped with the reason") {
    Fleet fleet;
    fleet.host("a", {entry("/etc/a", "a\n")});
    fleet.host("b", {entry("/etc/a", "a\n")});
    fleet.hosts = {"hosts.b"};
    const auto result = fleet.check();
    CHECK(outcome(result, "hosts.a").outcome == Outcome::skipped);
    CHECK_FALSE(outcome(result, "hosts.a").reason.empty());
    CHECK(outcome(result, "hosts.b").outcome == Outcome::passed);
}

TEST_CASE("Where namespaces are refused every host is unknown, with one finding and nothing remembered") {
    Fleet fleet;
    fleet.host("a", {entry("/etc/a", "a\n")});
    fleet.host("b", {entry("/etc/b", "b\n")});
    sandbox::set_helper_executable(tool("REFUSING_HELPER"));
    const auto result = fleet.check();
    REQUIRE(result.findings.size() == 1);
    CHECK(result.findings[0].code == "activation.namespaces-refused");
    CHECK(result.findings[0].blame == Blame::environment);
    CHECK(result.findings[0].blocks == std::vector<std::string>{"hosts.a", "hosts.b"});
    CHECK(outcome(result, "hosts.a").outcome == Outcome::unknown);
    CHECK_FALSE(outcome(result, "hosts.b").reason.empty());

    sandbox::set_helper_executable(tool("ACTIVATION_HELPER"));
    const auto later = fleet.check();
    CHECK(outcome(later, "hosts.a").outcome == Outcome::passed);
    CHECK_FALSE(outcome(later, "hosts.a").cached);
}

TEST_CASE("A helper that cannot be started is a failure of the machine with a page") {
    Fleet fleet;
    fleet.host("a", {entry("/etc/a", "a\n")});
    sandbox::set_helper_executable("/nonexistent");
    const auto result = fleet.check();
    REQUIRE(result.findings.size() == 1);
    CHECK(result.findings[0].code == "activation.system");
    CHECK(outcome(result, "hosts.a").outcome == Outcome::unknown);
}

TEST_CASE("A file comes from an output, through symlinks in it, and a changed output is rehearsed anew") {
    Fleet fleet;
    fleet.directory.write("site/etc/motd", "hello\n");
    REQUIRE(::symlink("motd", (fleet.directory / "site/etc/alias").c_str()) == 0);
    core::GenerationEntry file = entry("/etc/motd", "");
    file.content = core::FileInStore{fleet.output("site"), "etc/alias"};
    fleet.host("web", {file});
    CHECK(told(fleet.check()).empty());
    CHECK(outcome(fleet.check(), "hosts.web").cached);

    fleet.directory.write("site/etc/motd", "changed\n");
    fleet.outputs.at("packages.site").tree = Digest::of("another tree");
    const auto changed = fleet.check();
    CHECK(told(changed).empty());
    CHECK_FALSE(outcome(changed, "hosts.web").cached);
}

TEST_CASE(
    "Nothing of a directory that hosts are compared with is touched, and what it cannot tell is unknown") {
    Fleet fleet;
    fleet.host("web", {entry("/etc/web.conf", "one\n")});
    SECTION("equal") {
        fleet.directory.write("host/etc/web.conf", "one\n");
        fleet.compare_root = fleet.directory / "host";
        CHECK(told(fleet.check()).empty());
    }
    SECTION("other content") {
        fleet.directory.write("host/etc/web.conf", "two\n");
        fleet.compare_root = fleet.directory / "host";
        const auto result = fleet.check();
        REQUIRE(result.findings.size() == 1);
        CHECK(result.findings[0].code == "activation.collision");
        CHECK(os::read_file(fleet.directory / "host/etc/web.conf").value() == "two\n");
    }
    SECTION("not there") {
        fleet.compare_root = fleet.directory / "nothing";
        const auto result = fleet.check();
        CHECK(outcome(result, "hosts.web").outcome == Outcome::unknown);
        CHECK_FALSE(outcome(result, "hosts.web").reason.empty());
    }
}

TEST_CASE("A directory that nobody may enter is rehearsed like any other, and nothing is left behind") {
    Fleet fleet;
    core::GenerationEntry closed = entry("/srv/closed", "");
    closed.content = core::FolderEntry{};
    closed.mode = 0;
    fleet.host("web", {closed, entry("/srv/closed/file", "hidden\n", 0)});
    const auto before = os::list_directory(fleet.store.temporary()).value();
    CHECK(told(fleet.check()).empty());
    CHECK(os::list_directory(fleet.store.temporary()).value() == before);
}

TEST_CASE("A host with more than fits in memory is rehearsed on the disk") {
    Fleet fleet;
    const std::string large(40u << 20, 'x');
    fleet.host("web", {entry("/srv/large/a", large), entry("/srv/large/b", large)});
    CHECK(told(fleet.check()).empty());
}

TEST_CASE("Hostile paths give findings or pass, and never more") {
    Fleet fleet;
    std::string deep;
    for (int i = 0; i < 3000; ++i) deep += "/d";
    const std::string path = GENERATE_REF(
        std::string("/etc/new\nline"), std::string("/etc/\xff\xfe"), std::string("/etc/\xc3\xa4\xe6\x97\xa5"),
        std::string("/etc/zero") + '\0' + "byte", std::string("/etc/\x1b[31mred"), std::string("relative"),
        std::string("/"), std::string(""), std::string("/etc/../etc/passwd"), std::string("/etc//x"),
        "/etc/" + std::string(255, 'n'), "/etc/" + std::string(256, 'n'), deep,
        std::string("/etc/.contract-staged"), std::string("/.contract-staged/x"), std::string("/root.owners"),
        std::string("/etc/1:x"));
    fleet.host("web", {entry(path, "text\n"), entry("/etc/other", "text\n")});
    const auto result = fleet.check();
    const bool passed = outcome(result, "hosts.web").outcome == Outcome::passed;
    CHECK(passed == result.findings.empty());
    for (const auto& finding : result.findings) {
        CAPTURE(finding.code, finding.message);
        CHECK((finding.code == "activation.bad-path" || finding.code == "activation.rehearsal-failed"));
        CHECK(harmless(finding.message) == finding.message);
    }
}

TEST_CASE("Sixty-four hosts are rehearsed in seconds, and remembered in less") {
    Fleet fleet;
    for (int number = 0; number < 64; ++number) {
        std::vector<core::GenerationEntry> entries;
        for (int file = 0; file < 20; ++file)
            entries.push_back(entry("/etc/node/" + std::to_string(file), std::to_string(number) + "\n"));
        entries.push_back(entry("/opt/agent", "#!/bin/sh\n", 0755));
        entries.push_back(entry("/etc/systemd/system/agent.service",
                                "[Unit]\nDescription=agent\n[Service]\nExecStart=/opt/agent\n"));
        auto& host = fleet.host("node-" + std::to_string(number), std::move(entries));
        host.generation.units.push_back(
            {"agent.service", "/opt/agent", "", "", "/etc/systemd/system/agent.service", {}});
    }
    core::StageResult first, second;
    const double uncached = seconds([&] { first = fleet.check(); });
    const double cached = seconds([&] { second = fleet.check(); });
    WARN("64 hosts: " << uncached << " s, remembered: " << cached << " s");
    CHECK(told(first).empty());
    REQUIRE(second.targets.size() == 64);
    for (const auto& target : second.targets) CHECK((target.outcome == Outcome::passed && target.cached));
    CHECK(uncached < 30);
    CHECK(cached < 5);
}

TEST_CASE("A host of ten thousand files is rehearsed") {
    Fleet fleet;
    std::vector<core::GenerationEntry> entries;
    for (int file = 0; file < 10000; ++file)
        entries.push_back(entry("/srv/" + std::to_string(file % 100) + "/" + std::to_string(file), "text\n"));
    fleet.host("big", std::move(entries));
    core::StageResult result;
    const double uncached = seconds([&] { result = fleet.check(); });
    WARN("10,000 files: " << uncached << " s");
    CHECK(told(result).empty());
    CHECK(uncached < 60);
}

TEST_CASE("A package on PATH has a bin") {
    Fleet fleet;
    fleet.directory.write("tool/bin/tool", "#!/bin/sh\n", 0755);
    fleet.directory.write("data/share/data", "");
    auto& host = fleet.host("web", {});
    host.generation.path_packages = {{fleet.output("tool"), {}}, {fleet.output("data"), {}}};
    const auto result = fleet.check();
    REQUIRE(result.findings.size() == 1);
    CHECK(result.findings[0].code == "activation.missing-program");
    CHECK(result.findings[0].message == "package 'data' puts nothing on PATH: it has no directory 'bin'");
}

TEST_CASE("A home is rehearsed by itself: relative paths, no accounts, its own programs") {
    Fleet fleet;
    auto mine = entry(".local/bin/tool", "#!/bin/sh\n", 0755);
    mine.owner = mine.group = "";
    auto& host = fleet.host("me", {mine});
    host.host_class = "home";
    core::GenerationUnit unit;
    unit.name = "tool.service";
    unit.program = "~/.local/bin/tool";
    host.generation.units = {unit};
    unit.program = "~/.local/bin/other";
    auto bad = fleet.host("bad", {mine, mine, mine, mine});
    bad.host_class = "home";
    bad.generation.units = {unit};
    bad.generation.entries[1].path = "/etc/motd";
    bad.generation.entries[2].path = "../other";
    bad.generation.entries[3].path = ".local/state/contract/hosts";
    fleet.plan.hosts.back() = bad;
    const auto result = fleet.check();
    CAPTURE(told(result));
    std::string codes;
    for (const auto& finding : result.findings) codes += finding.target + " " + finding.code + "\n";
    CHECK(outcome(result, "hosts.me").outcome == Outcome::passed);
    CHECK(codes ==
          "hosts.bad activation.bad-path\nhosts.bad activation.bad-path\nhosts.bad activation.bad-path\n"
          "hosts.bad activation.missing-program\n");
}

TEST_CASE("A protected path is written where the host agrees, and only what it agrees to") {
    Fleet fleet;
    auto& host = fleet.host("web", {entry("/etc/sudoers.d/ops", "", 0440), entry("/etc/sudoers.d/more", "")});
    host.generation.agreed = {{"/etc/sudoers.d/ops", {}}};
    auto open = entry("/etc", "", 0777);
    open.content = core::FolderEntry{};
    auto& loose = fleet.host("wide", {open});
    loose.generation.agreed = {{"/etc", {}}};
    const auto result = fleet.check();
    std::string messages;
    for (const auto& finding : result.findings) messages += finding.message + "\n";
    CHECK(messages.starts_with("'/etc/sudoers.d/more' is protected"));
    CHECK(result.findings.size() == 2);
    CHECK(result.findings.back().message.starts_with("'/etc' holds '/etc/sudoers'"));
}

TEST_CASE("Units are judged sealed, by what they say and not by where this machine has their programs") {
    Fleet fleet;
    const std::string path = "/etc/systemd/system/agent.service";
    const auto with_unit = [&](const std::string& name, const std::string& text) {
        auto& host = fleet.host(name, {entry("/opt/agent", "#!/bin/sh\n", 0755), entry(path, text)});
        host.generation.units.push_back({"agent.service", "/opt/agent", "", "", path, {}});
    };
    with_unit("good", "[Unit]\nAfter=network.target\n[Service]\nExecStart=/opt/agent\n");
    with_unit("bad", "[Service]\nExecStart=/opt/agent\nColour=red\n");
    with_unit("needs-missing", "[Unit]\nRequires=no-such.service\n[Service]\nExecStart=/opt/agent\n");
    const auto result = fleet.check();
    if (!os::find_program("systemd-analyze", "/usr/bin:/bin")) {
        CHECK(outcome(result, "hosts.good").reason.find("systemd-analyze") != std::string::npos);
        return;
    }
    CAPTURE(told(result));
    CHECK(outcome(result, "hosts.good").outcome == Outcome::passed);
    REQUIRE(result.findings.size() == 2);
    CHECK(result.findings[0].target == "hosts.bad");
    CHECK(result.findings[0].code == "activation.bad-unit");
    CHECK(result.findings[0].message.find("'Colour=red'") != std::string::npos);
    CHECK(result.findings[1].target == "hosts.needs-missing");
    CHECK(result.findings[1].code == "activation.bad-unit");
}

TEST_CASE("A host whose root is a tree is rehearsed on that tree, and its programs are looked for there") {
    Fleet fleet;
    const auto& directory = fleet.directory;
    directory.write("base/usr/bin/agent-1", "#!/bin/sh\n", 0755);
    os::make_symlink("/etc/alternatives/agent", directory / "base/usr/bin/agent").value();
    directory.write("base/etc/agent.conf", "the tree's\n");
    directory.write("base/etc/passwd", "keeper:x:7:7::/:/bin/sh\n");
    os::make_directories(directory / "base/etc/alternatives").value();
    os::make_symlink("/usr/bin/agent-1", directory / "base/etc/alternatives/agent").value();
    const auto path = fleet.output("base");
    const auto with_root = [&](const std::string& name,
                               std::vector<core::GenerationEntry> entries) -> core::PlannedHost& {
        auto& host = fleet.host(name, std::move(entries));
        host.root = {core::RootKind::tree, "base", {}, path};
        return host;
    };
    auto mine = entry("/etc/mine.conf", "mine\n");
    mine.owner = "keeper";
    with_root("good", {mine})
        .generation.units.push_back({"agent.service", "/usr/bin/agent", "", "", "/x", {}});
    with_root("collides", {entry("/etc/agent.conf", "ours\n")});
    with_root("lacks", {mine}).generation.units.push_back({"sh.service", "/usr/bin/env", "", "", "/x", {}});

    const auto result = fleet.check();
    CAPTURE(told(result));
    CHECK(outcome(result, "hosts.good").outcome == Outcome::passed);
    REQUIRE(result.findings.size() == 2);
    CHECK(result.findings[0].code == "activation.collision");
    CHECK(result.findings[0].message.find("in its root 'inputs.base'") != std::string::npos);
    CHECK(result.findings[1].code == "activation.missing-program");
    CHECK(result.findings[1].target == "hosts.lacks");
}

TEST_CASE("The systemd of a tree judges the units of its hosts") {
    Fleet fleet;
    const auto& directory = fleet.directory;
    directory.write("base/usr/bin/busybox", os::read_file("/bin/busybox").value(), 0755);
    os::make_symlink("usr/bin", directory / "base/bin").value();
    os::make_symlink("busybox", directory / "base/bin/sh").value();
    directory.write("base/usr/bin/systemd-analyze",
                    "#!/bin/sh\ntest -e /usr/bin/env && exit 1\necho agent.service:1: the tree says no\n",
                    0755);
    directory.write("base/opt/agent", "", 0755);
    const auto path = fleet.output("base");
    auto& host = fleet.host("web", {entry("/etc/systemd/system/agent.service", "[Service]\n")});
    host.root = {core::RootKind::tree, "base", {}, path};
    host.generation.units.push_back(
        {"agent.service", "/opt/agent", "", "", "/etc/systemd/system/agent.service", {}});
    const auto result = fleet.check();
    CAPTURE(told(result));
    REQUIRE(result.findings.size() == 1);
    CHECK(result.findings[0].code == "activation.bad-unit");
    CHECK(result.findings[0].message.find("the tree says no") != std::string::npos);
}
