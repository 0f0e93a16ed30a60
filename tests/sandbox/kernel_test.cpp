// SPDX-License-Identifier: Apache-2.0
//
// What there is once per machine, and what reaches other machines.
#include <fcntl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>

#include "contract/base/text.hpp"
#include "contract/os/fd.hpp"
#include "sandboxed.hpp"

using namespace contract;
using sandbox::Namespace;
using test::Sandboxed;

namespace {

constexpr auto not_permitted = "refused: Operation not permitted\n";
constexpr auto not_implemented = "refused: Function not implemented\n";
constexpr auto no_such_family = "refused: Address family not supported by protocol\n";

}  // namespace

TEST_CASE("calls that the filter refuses are refused to root of the sandbox too") {
    const Sandboxed box;
    for (const std::string name :
         {"bpf", "perf", "userfaultfd", "add-key", "request-key", "setns", "open-tree", "move-mount",
          "fspick", "fsmount", "mount-setattr", "umount", "pivot-root", "new-time", "new-mounts"}) {
        INFO(name);
        CHECK(box.run(box.setup({"call", name})).output == not_permitted);
        auto root = Sandboxed::as_inner_root(box.setup({"call", name}));
        CHECK(box.run(root).attack_succeeded());
        root.filter_system_calls = true;
        CHECK(box.run(root).output == not_permitted);
    }
    for (const std::string name : {"io-uring-enter", "io-uring-register", "openat2", "unknown"}) {
        INFO(name);
        CHECK(box.run(box.setup({"call", name})).output == not_implemented);
        const auto open = box.run(Sandboxed::as_inner_root(box.setup({"call", name})));
        if (open.output == not_implemented) {
            WARN("not tested: this kernel has no " + name);
        } else {
            CHECK(open.attack_succeeded());
        }
    }
}

TEST_CASE("what needs a capability of the sandbox's own namespaces is refused") {
    const Sandboxed box;
    for (const std::vector<std::string>& attack : {std::vector<std::string>{"call", "reboot"},
                                                   {"call", "chroot"},
                                                   {"call", "host-name"},
                                                   {"call", "domain-name"},
                                                   {"change-interface"},
                                                   {"socket", "2", "3", "1"},    // raw ICMP
                                                   {"socket", "2", "3", "255"},  // raw IP
                                                   {"open-to-write", "/proc/sys/net/ipv4/ip_forward"}}) {
        INFO(contract::join(attack, " "));
        CHECK(box.run(box.setup(attack)).attack_refused());
        CHECK(box.run(Sandboxed::as_inner_root(box.setup(attack))).attack_succeeded());
    }
}

// Even root of the sandbox may not: the user namespace is what protects the machine. Only this process can
// show that the attacks are real, and only where it may do these things itself.
TEST_CASE("what changes the whole machine is refused, to root of the sandbox too") {
    const Sandboxed box;
    std::size_t shown = 0;
    for (const std::vector<std::string>& attack : {std::vector<std::string>{"change-clock"},
                                                   {"call", "swapon"},
                                                   {"call", "swapoff"},
                                                   {"call", "kexec"},
                                                   {"call", "load-module"},
                                                   {"call", "remove-module"},
                                                   {"call", "accounting"},
                                                   {"priority"},
                                                   {"limit"},
                                                   {"read", "/proc/kcore"},
                                                   {"open-to-write", "/proc/sysrq-trigger"},
                                                   {"open-to-write", "/proc/sys/kernel/core_pattern"},
                                                   {"open-to-write", "/proc/sys/kernel/modprobe"},
                                                   {"open-to-write", "/proc/sys/kernel/hostname"},
                                                   {"open-to-write", "/proc/sys/kernel/randomize_va_space"},
                                                   {"open-to-write", "/proc/sys/vm/drop_caches"},
                                                   {"open-to-write", "/proc/sys/fs/file-max"}}) {
        INFO(contract::join(attack, " "));
        CHECK(box.run(box.setup(attack)).attack_refused());
        CHECK(box.run(Sandboxed::as_inner_root(box.setup(attack))).attack_refused());
        if (Sandboxed::succeeds_outside(attack)) ++shown;
    }
    if (shown < 5) WARN("not shown that the attacks are real: only root of a machine may do these");
    // Shown nowhere: it would be done.
    CHECK(box.run(box.setup({"set-clock"})).output == not_permitted);
    CHECK(box.run(box.setup({"become-root"})).attack_refused());
}

TEST_CASE("the kernel's log cannot be read") {
    const Sandboxed box;
    auto setup = box.setup({"kernel-log"});
    CHECK(box.run(setup).output == not_permitted);
    setup.filter_system_calls = false;
    if (!box.run(setup).attack_succeeded()) WARN("not shown: this machine lets nobody but root read it");
    for (const std::string file : {"/dev/kmsg", "/proc/kmsg", "/dev/mem", "/dev/port"})
        CHECK(box.run(box.setup({"read", file})).attack_refused());
}

TEST_CASE("sockets of networks that no namespace holds cannot be made") {
    const Sandboxed box;
    // Packets, CAN, Bluetooth, ALG, vsock, QIPCRTR, XDP, one that is not known; and with bits set that the
    // kernel does not look at.
    for (const std::string family :
         {"0", "3", "4", "9", "11", "15", "17", "29", "31", "38", "40", "42", "44", "99", "4294967336"}) {
        INFO(family);
        CHECK(box.run(box.setup({"socket", family, "1", "0"})).output == no_such_family);
    }
    for (const std::string family : {"1", "2", "10"})
        CHECK(box.run(box.setup({"socket", family, "1", "0"})).attack_succeeded());
    CHECK(box.run(box.setup({"socket", "16", "3", "0"})).attack_succeeded());

    auto packets = Sandboxed::as_inner_root(box.setup({"socket", "17", "3", "0"}));
    CHECK(box.run(packets).attack_succeeded());
    packets.filter_system_calls = true;
    CHECK(box.run(packets).output == no_such_family);

    auto machine = box.setup({"socket", "40", "1", "0"});
    machine.filter_system_calls = false;
    if (!box.run(machine).attack_succeeded()) WARN("not shown: this kernel has no vsock");
}

TEST_CASE("there is one network interface, and none of the machine's") {
    const Sandboxed box;
    auto setup = box.setup({"interfaces"});
    CHECK(box.run(setup).output == "lo\n");
    const auto machine = box.run(Sandboxed::without(setup, Namespace::network)).output;
    if (machine == "lo\n") WARN("not shown: this machine has no other interface itself");
    CHECK(machine.find("lo\n") != std::string::npos);
}

TEST_CASE("a datagram reaches nobody outside") {
    const Sandboxed box;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const os::Fd receiver(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    REQUIRE(::bind(receiver.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
    REQUIRE(::getsockname(receiver.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    const auto received = [&] {
        char byte = 0;
        return ::recv(receiver.get(), &byte, 1, 0) == 1;
    };
    const auto setup = box.setup({"send-udp", "127.0.0.1", std::to_string(ntohs(address.sin_port))});
    box.run(setup);  // to its own loopback, where nobody listens
    CHECK_FALSE(received());
    CHECK(box.run(Sandboxed::without(setup, Namespace::network)).attack_succeeded());
    CHECK(received());
    for (const std::string server : {"192.0.2.1", "255.255.255.255", "169.254.169.254"}) {
        INFO(server);
        CHECK(box.run(box.setup({"send-udp", server, "53"})).attack_refused());
    }
    // An echo, for which no privilege is needed where the machine's settings allow it.
    CHECK(box.run(box.setup({"socket", "2", "2", "1"})).attack_refused());
}

TEST_CASE("queues and semaphores of the machine are not visible") {
    const Sandboxed box;
    const key_t key = 0x434f4e00 + (::getpid() & 0xff);
    const std::string number = std::to_string(key), name = "/contract-test-" + std::to_string(::getpid());
    const int semaphores = ::semget(key, 1, IPC_CREAT | 0666);
    const int messages = ::msgget(key, IPC_CREAT | 0666);
    const mqd_t queue = ::mq_open(name.c_str(), O_RDWR | O_CREAT, 0666, nullptr);
    CHECK(semaphores >= 0);
    CHECK(messages >= 0);
    for (const std::vector<std::string>& attack :
         {std::vector<std::string>{"semaphores", number}, {"messages", number}, {"message-queue", name}}) {
        INFO(attack[0]);
        if (attack[0] == "message-queue" && queue < 0) {
            WARN("not tested: this kernel has no message queues");
            continue;
        }
        CHECK(box.run(box.setup(attack)).attack_refused());
        CHECK(box.run(Sandboxed::without(box.setup(attack), Namespace::ipc)).attack_succeeded());
    }
    ::semctl(semaphores, 0, IPC_RMID);
    ::msgctl(messages, IPC_RMID, nullptr);
    ::mq_close(queue);
    ::mq_unlink(name.c_str());
}

TEST_CASE("the domain and the control groups of the machine are not visible") {
    const Sandboxed box;
    CHECK(box.run(box.setup({"domain-name"})).output == "(none)\n");
    const auto setup = box.setup({"print-file", "/proc/self/cgroup"});
    const auto sealed = box.run(setup).output;
    CHECK(sealed.find(":/") != std::string::npos);
    for (const auto& line : split(std::string_view(trim(sealed)), '\n')) CHECK(line.ends_with(":/"));
    const auto own = os::read_file("/proc/self/cgroup").value();
    const auto open = box.run(Sandboxed::without(setup, Namespace::cgroup)).output;
    CHECK(open == own);
    if (open == sealed) WARN("not shown: this process is at the top of every hierarchy itself");
}

#if defined(__x86_64__)
TEST_CASE("system calls with 64-bit registers and 32-bit pointers are not there") {
    const Sandboxed box;
    auto setup = box.setup({"x32"});
    CHECK(box.run(setup).output == not_implemented);
    setup.filter_system_calls = false;
    if (!box.run(setup).attack_succeeded()) WARN("not shown: this kernel has no such calls");
}
#endif
