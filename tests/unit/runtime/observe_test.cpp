// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>

#include "contract/base/text.hpp"
#include "contract/os/process.hpp"
#include "scene.hpp"

using namespace contract;
using namespace contract::test;
using core::Outcome;

namespace {

// A socket bound to a free port of 127.0.0.1; nobody can connect until it listens.
class LocalPort {
public:
    LocalPort() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
        number_ = ntohs(address.sin_port);
    }
    void listen() const { REQUIRE(::listen(fd_.get(), 8) == 0); }
    std::int64_t number() const { return number_; }

private:
    os::Fd fd_;
    std::int64_t number_ = 0;
};

std::string told_by_stat(const std::string& format, const std::string& path) {
    os::ProcessRequest request;
    request.command = {"stat", "--format", format, path};
    request.environment = os::current_environment();
    return std::string(trim(os::run(request).value().output));
}

using Parameters = std::map<std::string, core::Parameter>;

}  // namespace

TEST_CASE("a file's type, size, mode, owner and content are facts") {
    Scene scene;
    scene.directory.write("motd", "hello\nworld\n", 0640);
    os::make_symlink("motd", scene.directory / "link").value();
    const std::string file = scene.directory / "motd";
    REQUIRE(::chmod(file.c_str(), 0640) == 0);
    scene.add("all", "file", {{"path", file}},
              "exists && type == 'regular' && size == 12 && mode == '0640' && target == ''");
    scene.add("content", "file", {{"path", file}},
              "content == 'hello\\nworld\\n' && lines == ['hello', 'world']");
    // Root's on a machine; in a namespace that does not know root it is another's.
    scene.add("owner", "file", {{"path", std::string("/")}},
              "owner == '" + told_by_stat("%U", "/") + "' && group == '" + told_by_stat("%G", "/") +
                  "' && type == 'directory'");
    scene.add("link", "file", {{"path", scene.directory / "link"}},
              "type == 'symlink' && target == 'motd' && content.contains('world')");
    scene.add("relative", "file", {{"path", std::string("motd")}}, "size == 12");
    const auto result = scene.run();
    for (const auto& target : result.targets) {
        CAPTURE(target.target, target.reason);
        CHECK(target.outcome == Outcome::passed);
    }
    CHECK(result.findings.empty());
}

TEST_CASE("a missing file is a fact: not there, and every claim about it fails") {
    Scene scene;
    scene.add("there", "file", {{"path", scene.directory / "nothing"}});
    scene.add("gone", "file", {{"path", scene.directory / "nothing"}}, "!exists && type == 'missing'");
    scene.add("small", "file", {{"path", scene.directory / "nothing"}}, "size < 100");
    scene.add("below-a-file", "file", {{"path", std::string("/etc/passwd/x")}}, "!exists");
    const auto result = scene.run();
    CHECK(outcome_of(result, "there").outcome == Outcome::failed);
    CHECK(outcome_of(result, "gone").outcome == Outcome::passed);
    CHECK(outcome_of(result, "small").outcome == Outcome::failed);
    CHECK(outcome_of(result, "below-a-file").outcome == Outcome::passed);
    CHECK(finding_of(result, "there").code == "runtime.expectation");
    CHECK(evidence_of(result, "there", "facts") == "exists = false");
    CHECK(evidence_of(result, "there", "source") == scene.directory / "nothing");
}

TEST_CASE("a fifo as a file does not hang, and its content is unknown") {
    Scene scene;
    const std::string fifo = scene.directory / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    scene.add("type", "file", {{"path", fifo}}, "type == 'other'");
    scene.add("content", "file", {{"path", fifo}}, "content == ''");
    const auto result = scene.run();
    CHECK(outcome_of(result, "type").outcome == Outcome::passed);
    CHECK(outcome_of(result, "content").outcome == Outcome::unknown);
    CHECK(outcome_of(result, "content").reason == "it is not a regular file");
}

TEST_CASE("content that is too large or not text is unknown, and decides nothing else") {
    Scene scene;
    scene.directory.write("large", std::string((1 << 20) + 1, 'x'));
    scene.directory.write("binary", std::string("\xff\xfe\x00", 3));
    scene.add("large", "file", {{"path", scene.directory / "large"}}, "content.contains('x')");
    scene.add("large-size", "file", {{"path", scene.directory / "large"}},
              "size == 1048577 || content == ''");
    scene.add("binary", "file", {{"path", scene.directory / "binary"}}, "content.contains('x')");
    const auto result = scene.run();
    CHECK(outcome_of(result, "large").outcome == Outcome::unknown);
    CHECK(outcome_of(result, "large-size").outcome == Outcome::passed);
    CHECK(outcome_of(result, "binary").reason == "it is not UTF-8 text");
}

TEST_CASE("what may not be read is unknown, with the remedy") {
    Scene scene;
    scene.directory.write("locked/inside", "x");
    scene.directory.write("secret", "x");
    REQUIRE(::chmod((scene.directory / "locked").c_str(), 0) == 0);
    REQUIRE(::chmod((scene.directory / "secret").c_str(), 0) == 0);
    REQUIRE(::chmod(scene.directory.path().c_str(), 0755) == 0);
    scene.add("inside", "file", {{"path", scene.directory / "locked/inside"}});
    scene.add("secret", "file", {{"path", scene.directory / "secret"}}, "content == 'x'");
    scene.add("secret-mode", "file", {{"path", scene.directory / "secret"}}, "mode == '0000' && size == 1");
    core::StageResult result;
    if (::geteuid() == 0) {
        // The observer is started with our effective user.
        REQUIRE(::seteuid(65534) == 0);
        result = scene.run();
        REQUIRE(::seteuid(0) == 0);
    } else {
        result = scene.run();
    }
    REQUIRE(::chmod((scene.directory / "locked").c_str(), 0700) == 0);
    CHECK(outcome_of(result, "inside").outcome == Outcome::unknown);
    CHECK(outcome_of(result, "inside").reason == "permission denied");
    CHECK(outcome_of(result, "secret").outcome == Outcome::unknown);
    CHECK(outcome_of(result, "secret-mode").outcome == Outcome::passed);
    const auto& finding = finding_of(result, "inside");
    CHECK(finding.code == "runtime.unknown");
    CHECK(finding.blame == Blame::environment);
    REQUIRE(finding.help.size() == 1);
    CHECK(finding.help[0].find("sudo") != std::string::npos);
}

TEST_CASE("a port that listens is connected, and one that does not is refused") {
    Scene scene;
    const LocalPort open;
    const LocalPort closed;
    open.listen();
    const auto at = [](const LocalPort& port) {
        return Parameters{{"host", std::string("127.0.0.1")}, {"port", port.number()}};
    };
    scene.add("open", "tcp", at(open));
    scene.add("quick", "tcp", at(open), "milliseconds < 1000 && error == ''");
    scene.add("closed", "tcp", at(closed));
    scene.add("refused", "tcp", at(closed), "!connected && error == 'refused'");
    scene
        .add("no-name", "tcp", {{"host", std::string("nothing.invalid")}, {"port", std::int64_t{80}}},
             "error == 'unresolved'")
        .timeout_ms = 20'000;
    scene.add("no-port", "tcp", {{"host", std::string("127.0.0.1")}, {"port", std::int64_t{70000}}});
    const auto result = scene.run();
    CHECK(outcome_of(result, "open").outcome == Outcome::passed);
    CHECK(outcome_of(result, "quick").outcome == Outcome::passed);
    CHECK(outcome_of(result, "closed").outcome == Outcome::failed);
    CHECK(outcome_of(result, "refused").outcome == Outcome::passed);
    CHECK(outcome_of(result, "no-name").outcome == Outcome::passed);
    CHECK(outcome_of(result, "no-port").outcome == Outcome::unknown);
}

TEST_CASE("a listener that accepts nobody more is a timeout, which is a fact") {
    Scene scene;
    const LocalPort full;
    full.listen();
    // Fill the queue of pending connections: afterwards the kernel drops what comes.
    std::vector<os::Fd> pending;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(full.number()));
    for (int i = 0; i < 64; ++i) {
        pending.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        static_cast<void>(
            ::connect(pending.back().get(), reinterpret_cast<sockaddr*>(&address), sizeof address));
    }
    scene
        .add("full", "tcp", {{"host", std::string("127.0.0.1")}, {"port", full.number()}},
             "error == 'timeout' && milliseconds >= 200")
        .timeout_ms = 200;
    const auto result = scene.run();
    CAPTURE(evidence_of(result, "full", "facts"));
    CHECK(outcome_of(result, "full").outcome == Outcome::passed);
}

TEST_CASE("a kernel key is an integer or a string, and a missing one is a fact") {
    Scene scene;
    scene.add("ostype", "sysctl", {{"key", std::string("kernel.ostype")}}, "value == 'Linux'");
    scene.add("slashes", "sysctl", {{"key", std::string("kernel/ostype")}}, "value == 'Linux'");
    scene.add("number", "sysctl", {{"key", std::string("kernel.pid_max")}}, "value > 100");
    scene.add("missing", "sysctl", {{"key", std::string("kernel.no_such_key")}});
    scene.add("missing-value", "sysctl", {{"key", std::string("kernel.no_such_key")}}, "value != 1");
    scene.add("folder", "sysctl", {{"key", std::string("kernel")}}, "!exists");
    scene.add("escape", "sysctl", {{"key", std::string("../../etc/passwd")}}, "!exists");
    const auto result = scene.run();
    for (const std::string name : {"ostype", "slashes", "number", "folder", "escape"}) {
        CAPTURE(name, evidence_of(result, name, "facts"));
        CHECK(outcome_of(result, name).outcome == Outcome::passed);
    }
    CHECK(outcome_of(result, "missing").outcome == Outcome::failed);
    CHECK(outcome_of(result, "missing-value").outcome == Outcome::failed);
    CHECK(evidence_of(result, "missing", "source") == "/proc/sys/kernel/no_such_key");
}

TEST_CASE("variables are contract's own, and their values are not evidence") {
    REQUIRE(::setenv("CONTRACT_TEST_TOKEN", "hunter2", 1) == 0);
    REQUIRE(::unsetenv("CONTRACT_TEST_NOTHING") == 0);
    Scene scene;
    scene.add("set", "env", {{"name", std::string("CONTRACT_TEST_TOKEN")}});
    scene.add("equal", "env", {{"name", std::string("CONTRACT_TEST_TOKEN")}}, "value == 'hunter2'");
    scene.add("other", "env", {{"name", std::string("CONTRACT_TEST_TOKEN")}}, "value == 'other'");
    scene.add("unset", "env", {{"name", std::string("CONTRACT_TEST_NOTHING")}});
    scene.add("unset-value", "env", {{"name", std::string("CONTRACT_TEST_NOTHING")}}, "value != 'x'");
    const auto result = scene.run();
    CHECK(outcome_of(result, "set").outcome == Outcome::passed);
    CHECK(outcome_of(result, "equal").outcome == Outcome::passed);
    CHECK(outcome_of(result, "other").outcome == Outcome::failed);
    CHECK(outcome_of(result, "unset").outcome == Outcome::failed);
    CHECK(outcome_of(result, "unset-value").outcome == Outcome::failed);
    CHECK(evidence_of(result, "other", "facts").find("hunter2") == std::string::npos);
    CHECK(evidence_of(result, "other", "facts").find("7 bytes") != std::string::npos);
}
