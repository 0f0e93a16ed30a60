// SPDX-License-Identifier: Apache-2.0
//
// Attacks on what there is once per machine: the clock, modules, other networks, the kernel's log. Each call
// has arguments with which it does nothing even where it is allowed; that it was reached is what counts.
#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <mqueue.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/acct.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>

#include "attack.hpp"

namespace attack {

namespace {

// What the kernel asks first is whether the caller may; then it finds the arguments wrong.
bool allowed(long result) {
    return result >= 0 || (errno != EPERM && errno != EACCES && errno != ENOSYS);
}

int change_clock(const Arguments&) {
    timex wrong{};
    wrong.modes = ADJ_TICK;
    wrong.tick = 1;
    return verdict(allowed(adjtimex(&wrong)));
}

// To the time that it has.
int set_clock(const Arguments&) {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return verdict(clock_settime(CLOCK_REALTIME, &now) == 0);
}

int raise_priority(const Arguments&) {
    return verdict(setpriority(PRIO_PROCESS, 0, -5) == 0);
}

int raise_limit(const Arguments&) {
    rlimit limit{};
    getrlimit(RLIMIT_NPROC, &limit);
    limit.rlim_cur = limit.rlim_max = RLIM_INFINITY;
    return verdict(setrlimit(RLIMIT_NPROC, &limit) == 0);
}

int become_root(const Arguments&) {
    return verdict(setresuid(0, 0, 0) == 0 || setresgid(0, 0, 0) == 0);
}

int read_kernel_log(const Arguments&) {
    char text[4096];
    return verdict(syscall(SYS_syslog, 3 /* SYSLOG_ACTION_READ_ALL */, text, sizeof text) >= 0);
}

// "call NAME": one of many that all are answered alike.
int call(const Arguments& a) {
    struct Call {
        long number;
        long arguments[4];
    };
    const auto text = [](const char* value) { return reinterpret_cast<long>(value); };
    const std::map<std::string, Call> calls = {
        {"swapon", {SYS_swapon, {text("/nothing"), 0, 0, 0}}},
        {"swapoff", {SYS_swapoff, {text("/nothing"), 0, 0, 0}}},
        {"reboot", {SYS_reboot, {0, 0, 0, 0}}},
        {"kexec", {SYS_kexec_load, {0, 0, 0, 0x8000}}},
        {"load-module", {SYS_init_module, {0, 0, text(""), 0}}},
        {"remove-module", {SYS_delete_module, {text("no such module"), 0, 0, 0}}},
        {"accounting", {SYS_acct, {text("/nothing"), 0, 0, 0}}},
        {"host-name", {SYS_sethostname, {text("other"), 5, 0, 0}}},
        {"domain-name", {SYS_setdomainname, {text("other"), 5, 0, 0}}},
        {"chroot", {SYS_chroot, {text("/"), 0, 0, 0}}},
        {"bpf", {SYS_bpf, {-1, 0, 0, 0}}},
        {"perf", {SYS_perf_event_open, {0, 0, 0, 0}}},
        {"userfaultfd", {SYS_userfaultfd, {-1, 0, 0, 0}}},
        {"add-key", {SYS_add_key, {0, 0, 0, 0}}},
        {"request-key", {SYS_request_key, {0, 0, 0, 0}}},
        {"setns", {SYS_setns, {-1, 0, 0, 0}}},
        {"open-tree", {SYS_open_tree, {-1, 0, 0, 0}}},
        {"move-mount", {SYS_move_mount, {-1, 0, 0, 0}}},
        {"fspick", {SYS_fspick, {-1, 0, 0, 0}}},
        {"fsmount", {SYS_fsmount, {-1, 0, 0, 0}}},
        {"mount-setattr", {SYS_mount_setattr, {-1, 0, 0, 0}}},
        {"umount", {SYS_umount2, {text("/build"), 0x7fffffff, 0, 0}}},
        {"pivot-root", {SYS_pivot_root, {text("/nothing"), text("/nothing"), 0, 0}}},
        {"new-time", {SYS_unshare, {CLONE_NEWTIME, 0, 0, 0}}},
        {"new-mounts", {SYS_unshare, {CLONE_NEWNS, 0, 0, 0}}},
        {"io-uring-enter", {SYS_io_uring_enter, {-1, 0, 0, 0}}},
        {"io-uring-register", {SYS_io_uring_register, {-1, 0, 0, 0}}},
        {"openat2", {SYS_openat2, {-1, 0, 0, 0}}},
        {"unknown", {467, {-1, 0, 0, 0}}},
    };
    const auto found = calls.find(a[0]);
    if (found == calls.end()) return 2;
    const auto& [number, arguments] = found->second;
    return verdict(allowed(syscall(number, arguments[0], arguments[1], arguments[2], arguments[3], 0, 0)));
}

int use_x32(const Arguments&) {
#if defined(__x86_64__)
    return verdict(syscall(0x40000000L + SYS_getpid) > 0);
#else
    return 2;
#endif
}

// "socket FAMILY TYPE PROTOCOL"
int make_socket(const Arguments& a) {
    return verdict(syscall(SYS_socket, std::stol(a[0]), std::stol(a[1]), std::stol(a[2])) >= 0);
}

// Takes the loopback down, by netlink.
int change_interface(const Arguments&) {
    const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0) return 2;
    struct {
        nlmsghdr head;
        ifinfomsg body;
    } request{};
    request.head.nlmsg_len = sizeof request;
    request.head.nlmsg_type = RTM_NEWLINK;
    request.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    request.body.ifi_index = static_cast<int>(if_nametoindex("lo"));
    request.body.ifi_change = IFF_UP;
    struct {
        nlmsghdr head;
        nlmsgerr body;
        char space[512];
    } answer{};
    if (send(fd, &request, sizeof request, 0) < 0 || recv(fd, &answer, sizeof answer, 0) < 0) return 2;
    errno = -answer.body.error;
    return verdict(answer.body.error == 0);
}

int send_udp(const Arguments& a) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(a[1])));
    inet_pton(AF_INET, a[0].c_str(), &address.sin_addr);
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return verdict(sendto(fd, "x", 1, 0, reinterpret_cast<sockaddr*>(&address), sizeof address) == 1);
}

int print_interfaces(const Arguments&) {
    struct if_nameindex* all = if_nameindex();
    if (all == nullptr) return verdict(false);
    for (auto* one = all; one->if_index != 0; ++one) std::printf("%s\n", one->if_name);
    return 0;
}

int see_message_queue(const Arguments& a) {
    return verdict(mq_open(a[0].c_str(), O_RDONLY) >= 0);
}

int see_semaphores(const Arguments& a) {
    return verdict(semget(static_cast<key_t>(std::stoul(a[0])), 1, 0) >= 0);
}

int see_messages(const Arguments& a) {
    return verdict(msgget(static_cast<key_t>(std::stoul(a[0])), 0) >= 0);
}

int print_domain_name(const Arguments&) {
    char name[256] = {};
    if (getdomainname(name, sizeof name - 1) != 0) return 2;
    std::printf("%s\n", name);
    return 0;
}

}  // namespace

Attacks on_the_kernel() {
    return {
        {"change-clock", {0, change_clock}},
        {"set-clock", {0, set_clock}},
        {"priority", {0, raise_priority}},
        {"limit", {0, raise_limit}},
        {"become-root", {0, become_root}},
        {"kernel-log", {0, read_kernel_log}},
        {"call", {1, call}},
        {"x32", {0, use_x32}},
        {"socket", {3, make_socket}},
        {"change-interface", {0, change_interface}},
        {"send-udp", {2, send_udp}},
        {"interfaces", {0, print_interfaces}},
        {"message-queue", {1, see_message_queue}},
        {"semaphores", {1, see_semaphores}},
        {"messages", {1, see_messages}},
        {"domain-name", {0, print_domain_name}},
    };
}

}  // namespace attack
