// SPDX-License-Identifier: Apache-2.0
//
// The processes around a sealed one, what it has of its caller, and how it ends.
#include <grp.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <set>

#include "contract/base/text.hpp"
#include "sandboxed.hpp"

using namespace contract;
using End = sandbox::RunResult::End;
using test::Sandboxed;

TEST_CASE("nobody inside can look into the process that set all up, or take its descriptors") {
    const Sandboxed box;
    for (const std::vector<std::string>& attack : {std::vector<std::string>{"read", "/proc/1/environ"},
                                                   {"list", "/proc/1/fd"},
                                                   {"list", "/proc/1/root"},
                                                   {"read", "/proc/1/maps"},
                                                   {"trace-process-one"},
                                                   {"steal-descriptor", "3"}}) {
        INFO(join(attack, " "));
        auto setup = box.setup(attack);
        CHECK(box.run(setup).attack_refused());
        setup.hide_process_one = false;
        // Where Yama is in force, only ancestors may trace, and that is one more protection.
        const auto yama = os::read_file("/proc/sys/kernel/yama/ptrace_scope", 16);
        const bool is_tracing = attack[0] == "trace-process-one" || attack[0] == "steal-descriptor";
        if (is_tracing && yama && trim(*yama) != "0") {
            WARN("not shown: this machine lets nobody trace others");
        } else {
            CHECK(box.run(setup).attack_succeeded());
        }
    }
}

TEST_CASE("no signal from inside ends the process that set all up") {
    const Sandboxed box;
    const auto outcome = box.run(box.setup({"signal-process-one", "7"}));
    CHECK(outcome.result.end == End::exited);
    CHECK(outcome.result.status == 7);
}

TEST_CASE("a sealed process has three descriptors: no input, and the log twice") {
    const Sandboxed box;
    CHECK(box.run(box.setup({"descriptors"})).output == "0 /dev/null\n1 pipe\n2 pipe\n");
}

TEST_CASE("signals are handled and blocked as for every new process, whatever the caller has") {
    const Sandboxed box;
    struct sigaction before {};
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, &before);
    sigset_t blocked, unblocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    ::sigprocmask(SIG_BLOCK, &blocked, &unblocked);
    CHECK(box.run(box.setup({"status", "SigBlk"})).output == "SigBlk:\t0000000000000000\n");
    // Of the two numbers 32 and 33 the C library makes its own use when it starts a process.
    const auto ignored = box.run(box.setup({"status", "SigIgn"})).output;
    CHECK((ignored == "SigIgn:\t0000000000000000\n" || ignored == "SigIgn:\t0000000180000000\n"));
    ::sigprocmask(SIG_SETMASK, &unblocked, nullptr);
    ::sigaction(SIGPIPE, &before, nullptr);
}

TEST_CASE("a sealed process has none of the caller's groups where they can be given up") {
    if (::geteuid() != 0) {
        WARN("not tested: only root has groups that it can give up");
        return;
    }
    const Sandboxed box;
    std::vector<gid_t> before(64);
    before.resize(static_cast<std::size_t>(std::max(::getgroups(64, before.data()), 0)));
    const gid_t group = 4242;
    REQUIRE(::setgroups(1, &group) == 0);
    auto setup = box.setup({"status", "Groups"});
    CHECK(trim(box.run(setup).output) == "Groups:");
    setup.outer_id = 0;
    CHECK(trim(box.run(setup).output) == "Groups:\t65534");  // one that has no name inside
    REQUIRE(::setgroups(before.size(), before.data()) == 0);
}

TEST_CASE("the limits are ours, and addresses do not depend on those of the caller") {
    const Sandboxed box;
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_STACK, &before) == 0);
    std::set<std::string> limits, addresses;
    for (const rlim_t megabytes : {rlim_t{8}, rlim_t{64}, rlim_t{512}}) {
        const rlimit changed{std::min(megabytes << 20, before.rlim_max), before.rlim_max};
        REQUIRE(::setrlimit(RLIMIT_STACK, &changed) == 0);
        limits.insert(box.run(box.setup({"limits"})).output);
        addresses.insert(box.run(box.setup({"address-of-map"})).output);
    }
    REQUIRE(::setrlimit(RLIMIT_STACK, &before) == 0);
    CHECK(addresses.size() == 1);
    REQUIRE(limits.size() == 1);
    CHECK(limits.begin()->find("stack 8388608 of ") != std::string::npos);
    rlimit core{}, processes{};
    ::getrlimit(RLIMIT_CORE, &core);
    ::getrlimit(RLIMIT_NPROC, &processes);
    const auto twice = [](rlim_t most, rlim_t ours) {
        const auto number = std::to_string(std::min(most, ours));
        return number + " of " + number + "\n";
    };
    CHECK(limits.begin()->find("core " + twice(core.rlim_max, 1)) != std::string::npos);
    CHECK(limits.begin()->find("processes " + twice(processes.rlim_max, 8192)) != std::string::npos);
}

TEST_CASE("processes cannot be started without end") {
    const Sandboxed box;
    auto setup = box.setup({"fork-without-end", "400"});
    setup.most_processes = 100;
    const auto bounded = box.run(setup);
    CHECK(bounded.attack_refused());
    CHECK(std::stoi(bounded.output) < 100);
    setup.most_processes = 0;
    CHECK(box.run(setup).attack_succeeded());
}

TEST_CASE("a process gets no more memory than it may have, and may reserve as much as it likes") {
    const Sandboxed box;
    auto setup = box.setup({"take-memory", "200"});
    setup.most_memory = 100 << 20;
    CHECK(box.run(setup).attack_refused());
    setup.most_memory = 0;
    CHECK(box.run(setup).attack_succeeded());
    auto reserving = box.setup({"reserve-memory", "200"});
    reserving.most_memory = 100 << 20;
    CHECK(box.run(reserving).attack_succeeded());
}

TEST_CASE("the terminal that contract was started from cannot be reached") {
    const Sandboxed box;
    const auto attack = [&](const std::string& session) {
        os::ProcessRequest request;
        request.command = {Sandboxed::tool("SANDBOX_HELPER"), "terminal", box.directory().path(),
                           box.directory() / "attack", session};
        return os::run(request).value().status;
    };
    CHECK(attack("own") == 1);
    CHECK(attack("shared") == 0);
}

TEST_CASE("children that nobody asks for are taken away") {
    const Sandboxed box;
    CHECK(box.run(box.setup({"zombies"})).attack_refused());
}

TEST_CASE("a process whose tracer keeps its end to itself is ended at its deadline") {
    const Sandboxed box;
    sandbox::RunLimits limits;
    limits.timeout = std::chrono::milliseconds(300);
    const auto outcome = box.run(box.setup({"end-while-traced", "0"}), limits);
    if (outcome.output == "not traced\n") {
        WARN("not tested: this machine lets nobody trace others");
        return;
    }
    CHECK(outcome.output == "traced\n");
    CHECK(outcome.result.end == End::timeout);
}

TEST_CASE("new privileges and the filter are beyond the process's own reach") {
    const Sandboxed box;
    CHECK(box.run(box.setup({"status", "NoNewPrivs"})).output == "NoNewPrivs:\t1\n");
    CHECK(box.run(box.setup({"status", "Seccomp"})).output == "Seccomp:\t2\n");
    for (const std::string name : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"})
        CHECK(box.run(box.setup({"status", name})).output == name + ":\t0000000000000000\n");
    auto open = box.setup({"status", "NoNewPrivs"});
    open.no_new_privileges = false;
    CHECK(box.run(open).output == "NoNewPrivs:\t0\n");
}
