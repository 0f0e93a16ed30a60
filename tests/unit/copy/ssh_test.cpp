// SPDX-License-Identifier: Apache-2.0
//
// From one store to another through a real ssh and a real sshd, and what else may answer.
#include <stdlib.h>

#include <catch2/catch.hpp>

#include "contract/base/path.hpp"
#include "machines.hpp"
#include "ssh_server.hpp"

using namespace contract;
using namespace contract::test;

namespace {

// The program that is started instead of `ssh`.
class Ssh {
public:
    explicit Ssh(const std::string& script) {
        directory_.write("ssh", "#!/bin/sh\n" + script, 0755);
        ::setenv("CONTRACT_SSH", (directory_ / "ssh").c_str(), 1);
    }
    ~Ssh() { ::unsetenv("CONTRACT_SSH"); }

private:
    TempDir directory_;
};

std::string program_folder() {
    return path::parent(os::environment_variable("CONTRACT_PROGRAM").value());
}

// Who logs in finds the program, and the configuration and store of that machine.
struct There {
    Machine machine{"there"};
    SshServer server{"PATH=" + program_folder() +
                     ":/usr/bin:/bin XDG_CONFIG_HOME=" + machine.directory.path()};
    Ssh ssh{"exec ssh -F '" + server.client_configuration() + "' \"$@\"\n"};
    copy::Remote remote{"ssh://alias/home", "", "alias", "", machine.store.home()};

    void configure(const PublicKey& trusted) const {
        machine.directory.write("key", machine.key.file_text(), 0600);
        machine.directory.write("contract/config.toml", "[keys]\ntrusted = [\"" + trusted.text() +
                                                            "\"]\nsigning = \"" +
                                                            (machine.directory / "key") + "\"\n");
    }
};

Error refused_by(const std::string& script) {
    const Ssh ssh(script);
    const auto connected = copy::connect({"ssh://there/", "", "there", "", ""}, {});
    REQUIRE_FALSE(connected);
    return connected.error();
}

}  // namespace

TEST_CASE("ssh: results go there and come back, signed by who sent them") {
    There there;
    Machine here("here");
    there.configure(here.key.public_key());
    const auto texts = here.input("texts", "words\n");
    const auto library = here.result("library", {texts}, std::string(3'000'000, 'x') + "\n");
    const auto tool = here.result("tool", {library.output});
    {
        auto connection = copy::connect(there.remote, {}).value();
        const auto sent =
            copy::send(here.store, here.exporter(), connection->destination(), {tool.action}, {}, {}).value();
        CHECK(sent.paths.size() == 3);
        CHECK(sent.blobs > 5);
        CHECK(connection->close());
    }
    CHECK(there.machine.store.find_result(tool.action).value());
    CHECK(there.machine.store.has_path(texts));
    CHECK(there.machine.store.verify({}).value().damages.empty());
    CHECK(there.machine.store.recall(store::made_kind, tool.action.hex()).value() == "record of tool");
    {
        auto connection = copy::connect(there.remote, {}).value();
        CHECK(copy::send(here.store, here.exporter(), connection->destination(), {tool.action}, {}, {})
                  .value()
                  .blobs == 0);
    }
    // And from there, by its own key, into a third one.
    Machine third;
    auto connection = copy::connect(there.remote, {}).value();
    CHECK(code_of(third.take(connection->source(), {{tool.output, tool.action}}, {here.key.public_key()})) ==
          "result-untrusted");
    CHECK(third.is_empty());
    const auto taken =
        third.take(connection->source(), {{tool.output, tool.action}}, {there.machine.key.public_key()});
    REQUIRE(taken);
    CHECK(taken->taken == std::vector{texts, library.output, tool.output});
    CHECK(os::read_file(third.store.real_path(library.output) + "/share/library.txt").value().size() ==
          3'000'001);
    CHECK(third.store.verify({}).value().damages.empty());
}

TEST_CASE("ssh: the other machine decides whom it trusts") {
    There there;
    Machine here("here"), stranger("here");
    there.configure(stranger.key.public_key());
    const auto tool = here.result("tool");
    auto connection = copy::connect(there.remote, {}).value();
    const auto sent =
        copy::send(here.store, here.exporter(), connection->destination(), {tool.action}, {}, {});
    REQUIRE_FALSE(sent);
    CHECK(sent.error().code == "result-untrusted");
    CHECK(sent.error().message.starts_with("'ssh://alias/home' refused: the result '"));
    CHECK(there.machine.is_empty());
}

TEST_CASE("ssh: without a key there, nothing comes from there") {
    There there;
    const auto tool = there.machine.result("tool");
    Machine here;
    auto connection = copy::connect(there.remote, {}).value();
    CHECK(code_of(here.take(connection->source(), {{tool.output, tool.action}}, {})) == "key-missing");
}

TEST_CASE("ssh: a host whose key is unknown is not asked about, and the finding has what ssh said") {
    There there;
    there.remote.host = "stranger";
    const auto connected = copy::connect(there.remote, {});
    REQUIRE_FALSE(connected);
    CHECK(connected.error().code == "copy-failed");
    REQUIRE_FALSE(connected.error().notes.empty());
    CHECK(connected.error().notes.front().find("Host key verification failed") != std::string::npos);
}

TEST_CASE("ssh: whatever else answers is a finding") {
    auto error = refused_by("echo 'ssh: connect to host there port 22: Connection refused' >&2; exit 255\n");
    CHECK(error.code == "copy-failed");
    CHECK(error.notes ==
          std::vector<std::string>{"ssh: ssh: connect to host there port 22: Connection refused"});
    CHECK(refused_by("echo 'sh: 1: contract: not found' >&2; exit 127\n").code == "copy-failed");
    CHECK(refused_by("echo Welcome to this machine\n").code == "copy-failed");
    CHECK(refused_by("printf 'h\\377\\377\\377\\377'\n").code == "copy-failed");
    CHECK(refused_by("head -c 100000 /dev/zero\n").code == "copy-failed");
    CHECK(refused_by("printf 'n\\0\\0\\0\\0'; cat > /dev/null\n").code == "copy-failed");
    error = refused_by("printf 'h\\0\\0\\0\\020contract copy 2\\n'; cat > /dev/null\n");
    CHECK(error.code == "copy-failed");
    CHECK(error.message == "'ssh://there/' does not speak the protocol of `contract copy`");
    {
        const Ssh none("");
        ::setenv("CONTRACT_SSH", "/nowhere/ssh", 1);
        CHECK(code_of(copy::connect({"ssh://there/", "", "there", "", ""}, {})) == "program-missing");
    }
}

TEST_CASE("ssh: host, user, port and home are arguments, and the home is one word of a shell") {
    const TempDir directory;
    const Ssh ssh("printf '%s\\n' \"$@\" > '" + (directory / "arguments") + "'\n");
    CHECK_FALSE(copy::connect({"ssh://x", "me", "host.example", "2222", "/srv/it's $(here)"}, {}));
    CHECK(os::read_file(directory / "arguments").value() ==
          "-x\n-T\n-o\nBatchMode=yes\n-p\n2222\n-l\nme\n--\nhost.example\n"
          "contract copy --serve '/srv/it'\\''s $(here)'\n");
}

TEST_CASE("ssh: an interruption ends the wait for a silent machine") {
    const Ssh ssh("exec sleep 60\n");
    int asked = 0;
    const auto connected = copy::connect({"ssh://x", "", "x", "", ""}, [&] { return ++asked > 3; });
    CHECK(code_of(connected) == "interrupted");
}
