// SPDX-License-Identifier: Apache-2.0
//
// Attacks on the processes around: the one that set the sandbox up, the terminal of the caller, the end
// itself.
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>

#include "attack.hpp"

namespace attack {

namespace {

int trace_process_one(const Arguments&) {
    return verdict(ptrace(PTRACE_SEIZE, 1, nullptr, nullptr) == 0);
}

// The pipe over which process 1 tells how the command ended. Whoever has it says that all went well.
int steal_descriptor(const Arguments& a) {
    const long process = syscall(SYS_pidfd_open, 1, 0);
    if (process < 0) return 2;
    return verdict(syscall(SYS_pidfd_getfd, process, std::stol(a[0]), 0) >= 0);
}

// Every signal there is; whoever set up may not be ended by what it set up.
int signal_process_one(const Arguments& a) {
    for (int signal = 1; signal < 65; ++signal) kill(1, signal);
    return std::stoi(a[0]);
}

int print_descriptors(const Arguments&) {
    DIR* folder = opendir("/proc/self/fd");
    if (folder == nullptr) return 2;
    while (const dirent* entry = readdir(folder)) {
        const int number = std::atoi(entry->d_name);
        if (entry->d_name[0] == '.' || number == dirfd(folder)) continue;
        char target[256] = {};
        if (readlink(("/proc/self/fd/" + std::string(entry->d_name)).c_str(), target, sizeof target - 1) < 0)
            return 2;
        if (char* colon = std::strchr(target, ':')) *colon = '\0';
        std::printf("%d %s\n", number, target);
    }
    return 0;
}

// "status NAME": a line of /proc/self/status.
int print_status(const Arguments& a) {
    const auto text = "\n" + contents("/proc/self/status");
    const auto start = text.find("\n" + a[0] + ":");
    if (start == std::string::npos) return 2;
    std::printf("%s\n", text.substr(start + 1, text.find('\n', start + 1) - start - 1).c_str());
    return 0;
}

int print_limits(const Arguments&) {
    const auto print = [](const char* name, decltype(RLIMIT_CORE) resource) {
        rlimit limit{};
        getrlimit(resource, &limit);
        std::printf("%s %lu of %lu\n", name, static_cast<unsigned long>(limit.rlim_cur),
                    static_cast<unsigned long>(limit.rlim_max));
    };
    print("core", RLIMIT_CORE);
    print("processes", RLIMIT_NPROC);
    print("stack", RLIMIT_STACK);
    return 0;
}

// Starts processes until none can be started; they wait for the end of everything.
int fork_without_end(const Arguments& a) {
    const int most = std::stoi(a[0]);
    int started = 0;
    for (; started < most; ++started) {
        const pid_t child = fork();
        if (child < 0) break;
        if (child == 0)
            for (;;) pause();
    }
    std::printf("%d\n", started);
    return verdict(started == most);
}

// So many MiB, each of them written to.
int take_memory(const Arguments& a) {
    const std::size_t size = std::stoul(a[0]) << 20;
    void* const memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return verdict(false);
    std::memset(memory, 1, size);
    return verdict(true);
}

int reserve_memory(const Arguments& a) {
    const std::size_t size = std::stoul(a[0]) << 20;
    return verdict(mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
}

// The terminal from which contract was started: what is written there the user would see, and could be made
// to type.
int write_to_terminal(const Arguments&) {
    const int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
    return verdict(fd >= 0 && write(fd, "x", 1) == 1);
}

int print_address_of_map(const Arguments&) {
    std::printf("%p\n", mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    return 0;
}

// Orphans that end at once; succeeds when nobody takes them away.
int leave_zombies(const Arguments&) {
    for (int count = 0; count < 20; ++count) {
        const pid_t child = fork();
        if (child == 0) {
            for (int more = 0; more < 5; ++more)
                if (fork() == 0) _exit(0);
            _exit(0);
        }
        waitpid(child, nullptr, 0);
    }
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    errno = ESRCH;
    for (int left = 1; left > 0;) {
        if (std::chrono::steady_clock::now() > deadline) return verdict(true);
        left = 0;
        DIR* processes = opendir("/proc");
        while (const dirent* entry = readdir(processes)) {
            const auto stat = contents(std::string("/proc/") + entry->d_name + "/stat");
            if (std::atoi(entry->d_name) > 0 && stat.find(") Z ") != std::string::npos) ++left;
        }
        closedir(processes);
    }
    errno = ESRCH;
    return verdict(false);
}

// Ends while another process traces it that never asks how it ended: its parent is not told.
int end_while_traced(const Arguments& a) {
    int ready[2];
    if (pipe(ready) != 0) return 2;
    const pid_t traced = getpid();
    if (fork() == 0) {
        setsid();
        const bool seized = ptrace(PTRACE_SEIZE, traced, nullptr, nullptr) == 0;
        if (write(ready[1], seized ? "y" : "n", 1) != 1) _exit(2);
        for (;;) pause();
    }
    char byte = 0;
    if (read(ready[0], &byte, 1) != 1) return 2;
    std::printf("%s\n", byte == 'y' ? "traced" : "not traced");
    std::fflush(stdout);
    return std::stoi(a[0]);
}

}  // namespace

Attacks on_processes() {
    return {
        {"trace-process-one", {0, trace_process_one}},
        {"steal-descriptor", {1, steal_descriptor}},
        {"signal-process-one", {1, signal_process_one}},
        {"descriptors", {0, print_descriptors}},
        {"status", {1, print_status}},
        {"limits", {0, print_limits}},
        {"fork-without-end", {1, fork_without_end}},
        {"take-memory", {1, take_memory}},
        {"reserve-memory", {1, reserve_memory}},
        {"terminal", {0, write_to_terminal}},
        {"address-of-map", {0, print_address_of_map}},
        {"zombies", {0, leave_zombies}},
        {"end-while-traced", {1, end_while_traced}},
    };
}

}  // namespace attack
