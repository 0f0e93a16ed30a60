// SPDX-License-Identifier: Apache-2.0
#include "namespaces.hpp"

#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

namespace contract::sandbox {

namespace {

std::uint64_t flag(Namespace name) {
    switch (name) {
        case Namespace::user: return CLONE_NEWUSER;
        case Namespace::mount: return CLONE_NEWNS;
        case Namespace::pid: return CLONE_NEWPID;
        case Namespace::network: return CLONE_NEWNET;
        case Namespace::ipc: return CLONE_NEWIPC;
        case Namespace::uts: return CLONE_NEWUTS;
        case Namespace::cgroup: return CLONE_NEWCGROUP;
    }
    return 0;
}

}  // namespace

bool has(const Setup& setup, Namespace name) {
    return std::find(setup.namespaces.begin(), setup.namespaces.end(), name) != setup.namespaces.end();
}

pid_t clone_into(const std::vector<Namespace>& namespaces) {
    clone_args arguments{};
    for (const auto name : namespaces) arguments.flags |= flag(name);
    arguments.exit_signal = SIGCHLD;
    long pid = ::syscall(SYS_clone3, &arguments, sizeof arguments);
    if (pid < 0 && errno == ENOSYS) {
        const auto flags = static_cast<unsigned long>(arguments.flags) | SIGCHLD;
        pid = ::syscall(SYS_clone, flags, nullptr, nullptr, nullptr, nullptr);
    }
    return static_cast<pid_t>(pid);
}

bool unshare_into(const std::vector<Namespace>& namespaces) {
    std::uint64_t flags = 0;
    for (const auto name : namespaces) flags |= flag(name);
    return ::unshare(static_cast<int>(flags)) == 0;
}

}  // namespace contract::sandbox
