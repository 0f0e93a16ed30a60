// SPDX-License-Identifier: Apache-2.0
//
// What the sandbox starts in these tests, whose own main() belongs to the test framework. Knows the
// rehearsal, and "look", which says what a process in its place could reach. Three ways to be started:
//
//   by the sandbox                         is its helper
//   activation_helper guard PROGRAM ...    runs PROGRAM when this machine can seal, else is skipped: status
//   77 by the sandbox, as refusing_helper     the same under a filter that refuses namespaces, as Docker's
//   does
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <iostream>

#include "../../../src/activation/capabilities.hpp"
#include "contract/activation/activation.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "temporary.hpp"

namespace {

using namespace contract;

// "word value" lines.
int look(const std::string&) {
    if (!activation::keep_only_file_access()) return 1;
    for (const auto* name : {"user", "mnt", "pid", "net", "ipc", "uts"})
        std::cout << name << " " << os::read_link("/proc/self/ns/" + std::string(name)).value() << "\n";
    std::cout << "uid_map " << os::read_file("/proc/self/uid_map").value();
    for (const auto& line : split(os::read_file("/proc/self/status").value(), '\n'))
        if (line.starts_with("Cap") || line.starts_with("NoNewPrivs")) std::cout << line << "\n";
    for (const auto& line : split(os::read_file("/proc/self/mountinfo").value(), '\n')) {
        const auto fields = split(line, ' ');
        if (fields.size() < 5) continue;
        const std::string probe = fields[4] + "/probe";
        const os::Fd made(::open(probe.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
        if (made) std::cout << "writable " << fields[4] << "\n";
    }
    const os::Fd kernel(::open("/proc/sys/kernel/core_pattern", O_WRONLY | O_CLOEXEC));
    if (kernel) std::cout << "writable /proc/sys/kernel/core_pattern\n";
    std::cout.flush();
    return 0;
}

int guard(char** command) {
    {
        const test::TempDir folder;
        if (const auto level = sandbox::probe(folder.path()); !level) {
            std::cout << "SKIPPED: " << level.error().code << ": " << level.error().message << "\n";
            return level.error().code == "namespaces-refused" ? 77 : 1;
        }
    }
    ::execv(command[0], command);
    std::cout << "cannot run " << command[0] << "\n";
    return 1;
}

#ifdef REFUSE_NAMESPACES
bool refuse_namespaces() {
    // The low half of the first argument of clone: its flags. Little-endian, as all we run on is.
    constexpr auto flags = offsetof(seccomp_data, args);
    std::array<sock_filter, 8> rules = {{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 4, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 2),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, flags),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_NEWUSER, 2, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    }};
    const sock_fprog program{rules.size(), rules.data()};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}
#else
bool refuse_namespaces() {
    return true;
}
#endif

}  // namespace

int main(int argc, char** argv) {
    if (sandbox::is_helper(argc, argv)) {
        if (!refuse_namespaces()) return 2;
        return sandbox::helper_main(argc, argv, {activation::rehearsal_builtin(), {"look", look}});
    }
    if (argc > 2 && std::string_view(argv[1]) == "guard") return guard(argv + 2);
    std::cout << "usage: activation_helper guard PROGRAM ...\n";
    return 2;
}
