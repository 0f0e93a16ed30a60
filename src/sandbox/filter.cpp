// SPDX-License-Identifier: Apache-2.0
#include "filter.hpp"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>

#include "contract/os/file.hpp"
#include "record.hpp"

namespace contract::sandbox {

namespace {

#if defined(__x86_64__)
constexpr std::uint32_t native_architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t native_architecture = AUDIT_ARCH_AARCH64;
#elif defined(__riscv) && __riscv_xlen == 64
constexpr std::uint32_t native_architecture = AUDIT_ARCH_RISCV64;
#else
#error "the system call filter does not know this architecture"
#endif

// Since 424 the numbers are the same on every architecture; libseccomp 2.5 does not know the names of these.
constexpr int fchmodat2 = 452;
constexpr std::uint32_t first_xattr_at = 463;  // setxattrat, getxattrat, listxattrat, removexattrat
constexpr std::uint32_t last_xattr_at = 466;

using Context = std::unique_ptr<void, decltype(&seccomp_release)>;

// Collects rules and remembers the first failure, so that the lists below stay lists.
class Rules {
public:
    explicit Rules(scmp_filter_ctx context) : context_(context) {}
    template <typename... Comparisons>
    void answer(int error, int system_call, Comparisons... comparisons) {
        // A call that this architecture does not have has nothing to be refused.
        if (system_call < 0 || failure_ != 0) return;
        failure_ = seccomp_rule_add(context_, SCMP_ACT_ERRNO(static_cast<std::uint16_t>(error)), system_call,
                                    sizeof...(comparisons), comparisons...);
    }
    int failure() const { return failure_; }

private:
    scmp_filter_ctx context_;
    int failure_ = 0;
};

scmp_arg_cmp bit(unsigned argument, std::uint64_t value) {
    return scmp_arg_cmp{argument, SCMP_CMP_MASKED_EQ, value, value};
}

scmp_arg_cmp kind(unsigned argument, std::uint64_t type) {
    return scmp_arg_cmp{argument, SCMP_CMP_MASKED_EQ, S_IFMT, type};
}

// A set-id file would outlive the sandbox in a directory of the machine. The modes of open count only where
// it creates; openat2 has them behind a pointer, where no filter can look.
void refuse_set_id(Rules& rules, int error) {
    for (const auto mode : std::initializer_list<std::uint64_t>{S_ISUID, S_ISGID}) {
        rules.answer(error, SCMP_SYS(chmod), bit(1, mode));
        rules.answer(error, SCMP_SYS(fchmod), bit(1, mode));
        rules.answer(error, SCMP_SYS(fchmodat), bit(2, mode));
        rules.answer(error, fchmodat2, bit(2, mode));
        rules.answer(EPERM, SCMP_SYS(creat), bit(1, mode));
        rules.answer(EPERM, SCMP_SYS(mknod), bit(1, mode));
        rules.answer(EPERM, SCMP_SYS(mknodat), bit(2, mode));
        for (const std::uint64_t creating :
             {std::uint64_t{O_CREAT}, std::uint64_t{O_TMPFILE & ~O_DIRECTORY}}) {
            rules.answer(EPERM, SCMP_SYS(open), bit(1, creating), bit(2, mode));
            rules.answer(EPERM, SCMP_SYS(openat), bit(2, creating), bit(3, mode));
        }
    }
    rules.answer(ENOSYS, SCMP_SYS(openat2));
}

// Nobody but one id is mapped, so that the kernel would refuse all of these. Outputs have no owners: nothing
// is lost by saying that they were changed.
void pretend_ownership(Rules& rules) {
    for (const int call :
         {SCMP_SYS(chown), SCMP_SYS(fchown), SCMP_SYS(lchown), SCMP_SYS(fchownat), SCMP_SYS(setuid),
          SCMP_SYS(setgid), SCMP_SYS(setreuid), SCMP_SYS(setregid), SCMP_SYS(setresuid), SCMP_SYS(setresgid),
          SCMP_SYS(setfsuid), SCMP_SYS(setfsgid), SCMP_SYS(setgroups), SCMP_SYS(capset)})
        rules.answer(0, call);
    for (const std::uint64_t device : {std::uint64_t{S_IFCHR}, std::uint64_t{S_IFBLK}}) {
        rules.answer(0, SCMP_SYS(mknod), kind(1, device));
        rules.answer(0, SCMP_SYS(mknodat), kind(2, device));
    }
}

// Attributes are not part of an output; `cp -a` goes on after ENOTSUP.
void refuse_attributes(Rules& rules) {
    for (const int call :
         {SCMP_SYS(setxattr), SCMP_SYS(lsetxattr), SCMP_SYS(fsetxattr), SCMP_SYS(getxattr),
          SCMP_SYS(lgetxattr), SCMP_SYS(fgetxattr), SCMP_SYS(listxattr), SCMP_SYS(llistxattr),
          SCMP_SYS(flistxattr), SCMP_SYS(removexattr), SCMP_SYS(lremovexattr), SCMP_SYS(fremovexattr)})
        rules.answer(ENOTSUP, call);
}

// clone3 has its flags behind a pointer: after ENOSYS the C library uses clone, whose flags can be seen.
// (CLONE_NEWTIME shares its bit with clone's exit signal and is reached through unshare alone.)
void refuse_namespaces(Rules& rules) {
    rules.answer(ENOSYS, SCMP_SYS(clone3));
    for (const auto flag :
         std::initializer_list<std::uint64_t>{CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET,
                                              CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWCGROUP}) {
        rules.answer(EPERM, SCMP_SYS(clone), bit(0, flag));
        rules.answer(EPERM, SCMP_SYS(unshare), bit(0, flag));
    }
    rules.answer(EPERM, SCMP_SYS(unshare), bit(0, CLONE_NEWTIME));
    for (const int call : {SCMP_SYS(setns), SCMP_SYS(mount), SCMP_SYS(umount), SCMP_SYS(umount2),
                           SCMP_SYS(pivot_root), SCMP_SYS(open_tree), SCMP_SYS(move_mount), SCMP_SYS(fsopen),
                           SCMP_SYS(fsconfig), SCMP_SYS(fsmount), SCMP_SYS(fspick), SCMP_SYS(mount_setattr)})
        rules.answer(EPERM, call);
}

// A network namespace holds the families of the internet, and those of unix and of netlink. Others do not
// know it: over AF_VSOCK the host of a virtual machine answers, whatever namespace is asked from, and AF_ALG
// is the kernel's own cryptography. The kernel looks at 32 bits of the family, so one with more bits set is
// none.
void refuse_other_networks(Rules& rules) {
    for (const int call : {SCMP_SYS(socket), SCMP_SYS(socketpair)}) {
        for (std::uint64_t family = 0; family < AF_NETLINK; ++family)
            if (family != AF_UNIX && family != AF_INET && family != AF_INET6)
                rules.answer(EAFNOSUPPORT, call, scmp_arg_cmp{0, SCMP_CMP_EQ, family, 0});
        rules.answer(EAFNOSUPPORT, call, scmp_arg_cmp{0, SCMP_CMP_GT, AF_NETLINK, 0});
    }
}

// Parts of the kernel with a wide surface and no use in a build. io_uring would also get round this filter.
// ptrace stays: LeakSanitizer attaches to its own process, and there is nobody else to attach to.
// syslog is the kernel's log, which many machines let everybody read.
void refuse_kernel_parts(Rules& rules) {
    for (const int call : {SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(keyctl), SCMP_SYS(bpf),
                           SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(syslog)})
        rules.answer(EPERM, call);
    for (const int call : {SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register)})
        rules.answer(ENOSYS, call);
}

Result<std::string> compile(Ownership ownership) {
    const Context context(seccomp_init(SCMP_ACT_ALLOW), seccomp_release);
    if (!context) return os::system_error("compile", "the system call filter", ENOMEM);
    // Other ABIs are the second filter's business.
    if (const int failed = seccomp_attr_set(context.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW);
        failed != 0)
        return os::system_error("compile", "the system call filter", -failed);
    Rules rules(context.get());
    const bool pretend = ownership == Ownership::pretend;
    refuse_set_id(rules, pretend ? 0 : EPERM);
    if (pretend) pretend_ownership(rules);
    refuse_attributes(rules);
    refuse_namespaces(rules);
    refuse_other_networks(rules);
    refuse_kernel_parts(rules);
    if (rules.failure() != 0) return os::system_error("compile", "the system call filter", -rules.failure());
    TRY_ASSIGN(const os::Fd file, os::memory_file("filter", ""));
    if (const int failed = seccomp_export_bpf(context.get(), file.get()); failed != 0)
        return os::system_error("compile", "the system call filter", -failed);
    if (::lseek(file.get(), 0, SEEK_SET) != 0)
        return os::system_error("read", "the system call filter", errno);
    return os::read_all(file.get(), 1 << 20, "the system call filter");
}

void install(const sock_filter* instructions, std::size_t count) {
    const sock_fprog program{static_cast<unsigned short>(count), const_cast<sock_filter*>(instructions)};
    if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) give_up(Step::filter, "seccomp");
}

}  // namespace

Result<std::string> compiled_filter(Ownership ownership) {
    static std::mutex mutex;
    static std::map<Ownership, std::string> programs;
    const std::lock_guard lock(mutex);
    auto& program = programs[ownership];
    if (program.empty()) {
        TRY_ASSIGN(program, compile(ownership));
    }
    return program;
}

void install_filters(std::string_view program) {
    constexpr std::uint32_t refuse = SECCOMP_RET_ERRNO;
    constexpr std::array<sock_filter, 8> other_abis = {{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, native_architecture, 0, 5),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        // The x32 calls have bit 30 set and so count as new.
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, last_xattr_at, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first_xattr_at, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, refuse | ENOTSUP),
        BPF_STMT(BPF_RET | BPF_K, refuse | ENOSYS),
    }};
    install(other_abis.data(), other_abis.size());

    std::unique_ptr<sock_filter[]> instructions(new sock_filter[program.size() / sizeof(sock_filter)]);
    std::memcpy(instructions.get(), program.data(),
                program.size() / sizeof(sock_filter) * sizeof(sock_filter));
    install(instructions.get(), program.size() / sizeof(sock_filter));
}

}  // namespace contract::sandbox
