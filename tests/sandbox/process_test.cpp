// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <set>

#include "contract/base/text.hpp"
#include "contract/os/lock.hpp"
#include "sandboxed.hpp"

using namespace contract;
using sandbox::Namespace;
using test::Sandboxed;

namespace {

bool is_held(const std::string& lock) {
    return !os::FileLock::take(lock, os::FileLock::Wait::no);
}

pid_t pid_in(const std::string& file) {
    return static_cast<pid_t>(std::stol(os::read_file(file).value()));
}

}  // namespace

TEST_CASE("a process left behind is dead when the run returns") {
    const Sandboxed box;
    const auto setup = box.setup({"leave", "/build/lock", "/build/pid"});
    CHECK(box.run(setup).attack_succeeded());
    CHECK(os::exists(box.directory() / "build/pid"));
    CHECK_FALSE(is_held(box.directory() / "build/lock"));

    // A fresh /proc is only to be had in a pid namespace of one's own.
    const auto open = Sandboxed::without_step<sandbox::Proc>(Sandboxed::without(setup, Namespace::pid));
    CHECK(box.run(open).attack_succeeded());
    CHECK(is_held(box.directory() / "build/lock"));
    ::kill(pid_in(box.directory() / "build/pid"), SIGKILL);
}

TEST_CASE("everything inside dies with the caller, even when that is killed") {
    const Sandboxed box;
    const std::string helper = Sandboxed::tool("SANDBOX_HELPER");
    auto channel = os::make_pipe().value();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, channel.write.get(), 1);
    std::string words[] = {helper, "hold", box.directory().path(), box.directory() / "attack"};
    char* const arguments[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(), nullptr};
    pid_t pid = -1;
    REQUIRE(::posix_spawn(&pid, helper.c_str(), &actions, nullptr, arguments, environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    channel.write.reset();
    char byte = 0;
    REQUIRE(::read(channel.read.get(), &byte, 1) == 1);  // "ready", or the end of the pipe
    CHECK(is_held(box.directory() / "build/lock"));

    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (is_held(box.directory() / "build/lock") && std::chrono::steady_clock::now() < deadline)
        ::usleep(1000);
    CHECK_FALSE(is_held(box.directory() / "build/lock"));
}

TEST_CASE("variables of the caller are not visible, declared ones are") {
    const Sandboxed box;
    ::setenv("CONTRACT_TEST_SECRET", "text", 1);
    auto setup = box.setup({"variable", "CONTRACT_TEST_SECRET"});
    CHECK(box.run(setup).attack_refused());
    setup.environment = os::current_environment();
    CHECK(box.run(setup).attack_succeeded());
    ::unsetenv("CONTRACT_TEST_SECRET");
}

TEST_CASE("processes of the machine are not visible") {
    const Sandboxed box;
    // The helper runs under this name too, but inside only as process 1, which nobody may look into: the name
    // searched for is that of this test.
    const std::string own = os::read_file("/proc/self/cmdline").value();
    const std::string name = own.substr(0, own.find('\0'));
    auto setup = box.setup({"find-process", name});
    CHECK(box.run(setup).attack_refused());
    setup = Sandboxed::without_step<sandbox::Proc>(Sandboxed::without(setup, Namespace::pid));
    setup.mounts.insert(setup.mounts.begin(), sandbox::Bind{"/proc", "/proc", false});
    CHECK(box.run(setup).attack_succeeded());
}

TEST_CASE("a sealed process has no capabilities") {
    const Sandboxed box;
    auto setup = box.setup({"capabilities"});
    CHECK(box.run(setup).attack_refused());
    // Two layers: they are dropped, and exec drops them for every id but 0.
    setup.drop_capabilities = false;
    CHECK(box.run(setup).attack_refused());
    setup.inner_id = 0;
    CHECK(box.run(setup).attack_succeeded());
    setup.drop_capabilities = true;
    CHECK(box.run(setup).attack_refused());
}

TEST_CASE("the bounding set is empty") {
    const Sandboxed box;
    auto setup = box.setup({"bounding-set"});
    CHECK(box.run(setup).attack_refused());
    setup.drop_capabilities = false;
    CHECK(box.run(setup).attack_succeeded());
}

TEST_CASE("a sealed process cannot gain privileges by running a program") {
    const Sandboxed box;
    auto setup = box.setup({"gain-privileges"});
    CHECK(box.run(setup).attack_refused());
    setup.no_new_privileges = false;
    CHECK(box.run(setup).attack_succeeded());
}

TEST_CASE("the host name is ours") {
    const Sandboxed box;
    char name[256] = {};
    ::gethostname(name, sizeof name - 1);
    auto setup = box.setup({"host-name"});
    CHECK(box.run(setup).output == "contract\n");
    setup.host_name = "other";
    CHECK(box.run(setup).output == "other\n");
    CHECK(box.run(Sandboxed::without(setup, Namespace::uts)).output == std::string(name) + "\n");
}

TEST_CASE("the ids inside are 1000, outside those of the build owner and never root's") {
    const Sandboxed box;
    auto setup = box.setup({"ids"});
    CHECK(box.run(setup).output == "1000 1000 1000 1000 1000 1000\n");
    setup.inner_id = 4242;
    CHECK(box.run(setup).output == "4242 4242 4242 4242 4242 4242\n");
    CHECK(box.run(box.setup({"write", "/build/mine"})).attack_succeeded());
    const auto owner = os::status(box.directory() / "build/mine").value()->uid;
    CHECK(owner == sandbox::build_owner());
    if (::geteuid() != 0) CHECK(owner == ::geteuid());
}

TEST_CASE("descriptors of the caller are closed") {
    const Sandboxed box;
    const int leaked = ::fcntl(0, F_DUPFD, 200);
    REQUIRE(leaked >= 200);
    auto setup = box.setup({"descriptor", std::to_string(leaked)});
    CHECK(box.run(setup).attack_refused());
    setup.close_descriptors = false;
    CHECK(box.run(setup).attack_succeeded());
    ::close(leaked);
    for (const std::string number : {"3", "4", "5", "6"}) {
        INFO(number);
        CHECK(box.run(box.setup({"descriptor", number})).attack_refused());
    }
}

TEST_CASE("System V memory of the machine is not visible") {
    const Sandboxed box;
    const key_t key = 0x434f4e00 + (::getpid() & 0xff);
    const int id = ::shmget(key, 4096, IPC_CREAT | 0666);
    REQUIRE(id >= 0);
    const auto setup = box.setup({"shared-memory", std::to_string(key)});
    CHECK(box.run(setup).attack_refused());
    CHECK(box.run(Sandboxed::without(setup, Namespace::ipc)).attack_succeeded());
    ::shmctl(id, IPC_RMID, nullptr);
}

TEST_CASE("a sealed process has a session of its own and so no terminal") {
    const Sandboxed box;
    auto setup = box.setup({"share-session"});
    CHECK(box.run(setup).attack_refused());
    setup.new_session = false;
    CHECK(box.run(setup).attack_succeeded());
}

TEST_CASE("addresses are the same in every run") {
    const Sandboxed box;
    auto setup = box.setup({"address"});
    std::set<std::string> seen, random;
    for (int run = 0; run < 4; ++run) seen.insert(box.run(setup).output);
    CHECK(seen.size() == 1);
    setup.fixed_addresses = false;
    for (int run = 0; run < 4; ++run) random.insert(box.run(setup).output);
    CHECK(random.size() > 1);
}

TEST_CASE("the umask is 022, whatever the caller has") {
    const Sandboxed box;
    const mode_t before = ::umask(077);
    CHECK(box.run(box.setup({"process"})).output == "umask 022\n");
    ::umask(before);
}
