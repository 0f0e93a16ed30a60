// SPDX-License-Identifier: Apache-2.0
//
// The attacker: a static program that runs inside a sandbox and tries one thing. Exit status 0: the attack
// succeeded; 1: it was refused, and the reason is printed; 2: the attack was not understood.
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "attack.hpp"

namespace {

using namespace attack;

int read_file(const Arguments& a) {
    const int fd = open(a[0].c_str(), O_RDONLY);
    char byte;
    return verdict(fd >= 0 && read(fd, &byte, 1) == 1);
}

int list_folder(const Arguments& a) {
    return verdict(opendir(a[0].c_str()) != nullptr);
}

int write_file(const Arguments& a) {
    const int fd = open(a[0].c_str(), O_WRONLY | O_CREAT, 0644);
    return verdict(fd >= 0 && write(fd, "x", 1) == 1);
}

int run_program(const Arguments& a) {
    execl(a[0].c_str(), a[0].c_str(), "true", nullptr);
    return verdict(false);
}

int connect_to(int family, const void* address, socklen_t size) {
    const int fd = socket(family, SOCK_STREAM, 0);
    return verdict(fd >= 0 && connect(fd, static_cast<const sockaddr*>(address), size) == 0);
}

int connect_ipv4(const Arguments& a) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(a[0])));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connect_to(AF_INET, &address, sizeof address);
}

int connect_ipv6(const Arguments& a) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(static_cast<std::uint16_t>(std::stoi(a[0])));
    address.sin6_addr = in6addr_loopback;
    return connect_to(AF_INET6, &address, sizeof address);
}

int connect_abstract(const Arguments& a) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path + 1, a[0].data(), a[0].size());
    return connect_to(AF_UNIX, &address,
                      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + a[0].size()));
}

// A server and a client of one's own, as the tests of many packages have.
int use_loopback(const Arguments&) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const int server = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(server, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(server, 1) != 0 ||
        getsockname(server, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return verdict(false);
    return connect_to(AF_INET, &address, size);
}

bool is_set_id(const std::string& path) {
    struct stat status {};
    return stat(path.c_str(), &status) == 0 && (status.st_mode & (S_ISUID | S_ISGID)) != 0;
}

// "set-id HOW MODE FILE"
int make_set_id(const Arguments& a) {
    const auto mode = static_cast<mode_t>(std::stoul(a[1], nullptr, 8));
    const char* path = a[2].c_str();
    unlink(path);
    if (a[0] == "open") {
        syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT, mode);
    } else if (a[0] == "tmpfile") {
        const int fd = open(std::string(a[2].substr(0, a[2].rfind('/'))).c_str(), O_TMPFILE | O_WRONLY, mode);
        if (fd >= 0)
            linkat(AT_FDCWD, ("/proc/self/fd/" + std::to_string(fd)).c_str(), AT_FDCWD, path,
                   AT_SYMLINK_FOLLOW);
    } else if (a[0] == "openat2") {
        const std::uint64_t how[3] = {O_WRONLY | O_CREAT, mode, 0};
        syscall(SYS_openat2, AT_FDCWD, path, how, sizeof how);
    } else if (a[0] == "mknod") {
        syscall(SYS_mknodat, AT_FDCWD, path, S_IFREG | mode, 0);
    } else {
        const int fd = open(path, O_WRONLY | O_CREAT, 0755);
        if (fd < 0) return 2;
#ifdef SYS_chmod
        if (a[0] == "chmod") syscall(SYS_chmod, path, mode);
#endif
        if (a[0] == "fchmod") syscall(SYS_fchmod, fd, mode);
        if (a[0] == "fchmodat") syscall(SYS_fchmodat, AT_FDCWD, path, mode);
        if (a[0] == "fchmodat2") syscall(452, AT_FDCWD, path, mode, 0);
    }
    return verdict(is_set_id(a[2]));
}

// "leave LOCK PID": leaves a process behind that holds the lock and has left session, group and parent.
int leave_process(const Arguments& a) {
    int ready[2];
    if (pipe(ready) != 0) return 2;
    const pid_t first = fork();
    if (first == 0) {
        setsid();
        if (fork() != 0) _exit(0);
        const int lock = open(a[0].c_str(), O_RDWR | O_CREAT, 0666);
        if (flock(lock, LOCK_EX) != 0) _exit(2);
        if (std::FILE* file = std::fopen(a[1].c_str(), "w")) {
            std::fprintf(file, "%d\n", getpid());
            std::fclose(file);
        }
        alarm(60);
        if (write(ready[1], "x", 1) != 1) _exit(2);
        for (;;) pause();
    }
    waitpid(first, nullptr, 0);
    char byte;
    return read(ready[0], &byte, 1) == 1 ? 0 : 2;
}

// As "leave", and stays itself, having said so.
int leave_and_stay(const Arguments& a) {
    const int left = leave_process(a);
    if (left != 0) return left;
    std::printf("ready\n");
    std::fflush(stdout);
    for (;;) pause();
}

int find_process(const Arguments& a) {
    DIR* processes = opendir("/proc");
    if (processes == nullptr) return verdict(false);
    errno = ESRCH;
    while (const dirent* entry = readdir(processes)) {
        const int number = std::atoi(entry->d_name);  // 0 for /proc/self and what is no process
        if (number == 0 || number == getpid()) continue;
        const auto line = contents(std::string("/proc/") + entry->d_name + "/cmdline");
        if (line.find(a[0]) != std::string::npos) return 0;
    }
    return verdict(false);
}

int have_capabilities(const Arguments&) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2] = {};
    syscall(SYS_capget, &header, data);
    errno = EPERM;
    return verdict((data[0].effective | data[0].permitted | data[1].effective | data[1].permitted) != 0);
}

int have_bounding_set(const Arguments&) {
    errno = EPERM;
    return verdict(prctl(PR_CAPBSET_READ, 0, 0, 0, 0) == 1);
}

int gain_privileges(const Arguments&) {
    errno = EPERM;
    return verdict(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0);
}

int see_descriptor(const Arguments& a) {
    struct stat status {};
    return verdict(fstat(std::stoi(a[0]), &status) == 0);
}

int see_shared_memory(const Arguments& a) {
    return verdict(shmget(static_cast<key_t>(std::stoul(a[0])), 1, 0) >= 0);
}

int share_session(const Arguments&) {
    errno = EPERM;
    return verdict(getsid(0) != getpid());
}

int make_namespace(const Arguments&) {
    return verdict(unshare(CLONE_NEWUSER) == 0);
}

int clone_namespace(const Arguments&) {
    const long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
    if (pid == 0) _exit(0);
    return verdict(pid > 0);
}

int clone3_namespace(const Arguments&) {
    std::uint64_t arguments[8] = {CLONE_NEWUSER, 0, 0, 0, SIGCHLD, 0, 0, 0};
    const long pid = syscall(SYS_clone3, arguments, sizeof arguments);
    if (pid == 0) _exit(0);
    return verdict(pid > 0);
}

int mount_something(const Arguments& a) {
    return verdict(mount("none", a[0].c_str(), "tmpfs", 0, nullptr) == 0);
}

int use_attributes(const Arguments& a) {
    return verdict(listxattr(a[0].c_str(), nullptr, 0) >= 0);
}

int use_attributes_at(const Arguments& a) {
    return verdict(syscall(465, AT_FDCWD, a[0].c_str(), 0, nullptr, 0) >= 0);
}

int use_keyring(const Arguments&) {
    return verdict(syscall(SYS_keyctl, 0 /* KEYCTL_GET_KEYRING_ID */, -3, 1) >= 0);
}

// Without a filter the kernel looks at the arguments, which are wrong.
int reach(long number) {
    const long result = syscall(number, -1, nullptr, 0, 0, 0);
    return verdict(result >= 0 || (errno != EPERM && errno != ENOSYS));
}

int use_other_abi(const Arguments&) {
#if defined(__x86_64__)
    long result = 20;  // getpid of the 32-bit ABI
    __asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
    if (result > 0) return 0;
    errno = static_cast<int>(-result);
    return verdict(false);
#else
    return 2;
#endif
}

int trace(const Arguments&) {
    const pid_t child = fork();
    if (child == 0) _exit(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0 ? 0 : 1);
    int status = 0;
    waitpid(child, &status, 0);
    return verdict(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int print_ids(const Arguments&) {
    uid_t u[3];
    gid_t g[3];
    getresuid(&u[0], &u[1], &u[2]);
    getresgid(&g[0], &g[1], &g[2]);
    std::printf("%u %u %u %u %u %u\n", u[0], u[1], u[2], g[0], g[1], g[2]);
    return 0;
}

int print_host_name(const Arguments&) {
    char name[256] = {};
    gethostname(name, sizeof name - 1);
    std::printf("%s\n", name);
    return 0;
}

int print_address(const Arguments&) {
    int variable = 0;
    std::printf("%p\n", static_cast<void*>(&variable));
    return 0;
}

int print_process(const Arguments&) {
    const mode_t mask = umask(0);
    std::printf("umask %03o\n", mask);
    return 0;
}

int print_variable(const Arguments& a) {
    const char* value = getenv(a[0].c_str());
    errno = ENOENT;
    return verdict(value != nullptr);
}

int write_much(const Arguments& a) {
    const std::string line(1023, 'x');
    for (long left = std::stol(a[0]); left > 0; --left) std::puts(line.c_str());
    return 0;
}

int die(const Arguments& a) {
    raise(std::stoi(a[0]));
    return 2;
}

const Attacks general = {
    {"true", {0, [](const Arguments&) { return 0; }}},
    {"exit", {1, [](const Arguments& a) { return std::stoi(a[0]); }}},
    {"sleep", {0, [](const Arguments&) { return pause(); }}},
    {"die", {1, die}},
    {"write-much", {1, write_much}},
    {"read", {1, read_file}},
    {"list", {1, list_folder}},
    {"write", {1, write_file}},
    {"run", {1, run_program}},
    {"connect-ipv4", {1, connect_ipv4}},
    {"connect-ipv6", {1, connect_ipv6}},
    {"connect-abstract", {1, connect_abstract}},
    {"loopback", {0, use_loopback}},
    {"set-id", {3, make_set_id}},
    {"leave", {2, leave_process}},
    {"leave-and-stay", {2, leave_and_stay}},
    {"find-process", {1, find_process}},
    {"capabilities", {0, have_capabilities}},
    {"bounding-set", {0, have_bounding_set}},
    {"gain-privileges", {0, gain_privileges}},
    {"descriptor", {1, see_descriptor}},
    {"shared-memory", {1, see_shared_memory}},
    {"share-session", {0, share_session}},
    {"unshare", {0, make_namespace}},
    {"clone", {0, clone_namespace}},
    {"clone3", {0, clone3_namespace}},
    {"mount", {1, mount_something}},
    {"attributes", {1, use_attributes}},
    {"attributes-at", {1, use_attributes_at}},
    {"keyring", {0, use_keyring}},
    {"io-uring", {0, [](const Arguments&) { return reach(SYS_io_uring_setup); }}},
    {"fsopen", {0, [](const Arguments&) { return reach(SYS_fsconfig); }}},
    {"other-abi", {0, use_other_abi}},
    {"trace", {0, trace}},
    {"ids", {0, print_ids}},
    {"host-name", {0, print_host_name}},
    {"address", {0, print_address}},
    {"process", {0, print_process}},
    {"variable", {1, print_variable}},
};

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    Attacks attacks = general;
    for (auto more : {on_files(), on_the_kernel(), on_processes()}) attacks.merge(more);
    const auto attack = attacks.find(argv[1]);
    const Arguments arguments(argv + 2, argv + argc);
    if (attack == attacks.end() || arguments.size() != attack->second.arguments) return 2;
    return attack->second.run(arguments);
}
