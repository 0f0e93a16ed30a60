// SPDX-License-Identifier: Apache-2.0
#include "refusal.hpp"

#include <cstring>
#include <string>

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"

namespace contract::sandbox {

namespace {

bool says(const char* path, std::string_view value) {
    const auto text = os::read_file(path, 64);
    return text && trim(*text) == value;
}

// Steps that need nothing but the right to have namespaces: when one is refused, the machine refuses
// sandboxes.
bool needs_only_namespaces(Step step) {
    switch (step) {
        case Step::create_namespaces:
        case Step::map_ids:
        case Step::change_ids:
        case Step::private_mounts:
        case Step::mount_root:
        case Step::mount_file_system:
        case Step::mount_proc:
        case Step::enter_root:
        case Step::loopback:
        case Step::host_name:
        case Step::capabilities:
        case Step::filter: return true;
        default: return false;
    }
}

bool is_refusal(const Record& record) {
    if (!needs_only_namespaces(record.step)) return false;
    if (record.error == EPERM || record.error == EACCES || record.error == ENOSYS) return true;
    return record.step == Step::create_namespaces;  // ENOSPC, EUSERS, EINVAL: limits and kernels without
}

// The most particular remedy that the facts support; the last one is for machines that tell nothing.
std::string remedy(const Record& record, const MachineFacts& facts) {
    if (record.step == Step::mount_proc)
        return "parts of /proc are masked, as containers do: start the container with `--security-opt "
               "systempaths=unconfined` (Docker), `--security-opt unmask=ALL` (Podman) or `procMount: "
               "Unmasked` "
               "(Kubernetes)";
    if (facts.no_user_namespaces || record.error == ENOSPC || record.error == EUSERS)
        return "no more namespaces are allowed: raise the limit with `sudo sysctl -w "
               "user.max_user_namespaces=15000`";
    if (facts.apparmor_restricts && !facts.root)
        return "AppArmor restricts user namespaces (Ubuntu 23.10 and later): load the profile that `meson "
               "install` "
               "puts into apparmor.d, with `sudo apparmor_parser -r FILE` (contract(1), THE SANDBOX), "
               "or run `sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`";
    if (facts.clone_switched_off && !facts.root)
        return "user namespaces are switched off for ordinary users: run `sudo sysctl -w "
               "kernel.unprivileged_userns_clone=1`";
    if (facts.seccomp_filtered)
        return "a system call filter is in force, as in Docker's default profile: start the container with "
               "`--security-opt seccomp=unconfined --security-opt systempaths=unconfined`";
    return "ask whoever runs this machine to allow user namespaces for you; `unshare --user --map-root-user "
           "true` "
           "must succeed";
}

}  // namespace

MachineFacts machine_facts() {
    MachineFacts facts;
    facts.apparmor_restricts = says("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1");
    facts.no_user_namespaces = says("/proc/sys/user/max_user_namespaces", "0");
    facts.clone_switched_off = says("/proc/sys/kernel/unprivileged_userns_clone", "0");
    const auto status = os::read_file("/proc/self/status", 1 << 16);
    facts.seccomp_filtered = status && status->find("\nSeccomp:\t2") != std::string::npos;
    facts.root = os::is_root();
    return facts;
}

std::string cause(const Record& record) {
    std::string text = "cannot " + std::string(word(record.step));
    if (!record.path.empty()) text += " '" + harmless(record.path) + "'";
    return text + ": " + std::strerror(record.error);
}

Error refusal(const Record& record, const MachineFacts& facts) {
    if (is_refusal(record))
        return Error{"namespaces-refused",
                     "this machine refuses to seal a process: " + cause(record),
                     Blame::environment,
                     {},
                     {"note: nothing was run; contract never runs a build outside its sandbox"},
                     {remedy(record, facts)}};
    if (record.step == Step::execute && (record.error == ENOENT || record.error == ENOTDIR)) {
        Error error{"program-missing",
                    "there is no program '" + harmless(record.path) + "' in the sandbox",
                    Blame::declaration,
                    {},
                    {},
                    {"a sealed process sees its root and what it uses, nothing else of this machine"}};
        if (record.path.find('/') != std::string::npos)
            error.notes.push_back("note: the file may be there and its interpreter or loader missing");
        return error;
    }
    // The sandbox stands, and its program is none: a file without the right to be executed, or of another
    // kind.
    if (record.step == Step::execute)
        return Error{"sandbox-setup",
                     "'" + harmless(record.path) + "' cannot be executed: " + std::strerror(record.error),
                     Blame::declaration,
                     {},
                     {},
                     {}};
    return Error{
        "sandbox-setup", "the sandbox could not be set up: " + cause(record), Blame::environment, {}, {}, {}};
}

}  // namespace contract::sandbox
