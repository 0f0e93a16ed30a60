// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "contract/core/code_page.hpp"

namespace contract::core {

namespace {

constexpr std::array pages = std::to_array<CodePage>({
    {"activation.system", "a file, directory or system call failed that the stage needs",
     "The machine refused something that contract itself needs: a full disk, a missing permission, a file "
     "that "
     "changed while it was read. The message names the operation, the path and the system's reason.",
     "Look at the path and the reason. Nothing was half written; run the command again once the cause is "
     "gone."},
    {"activation.namespaces-refused", "this machine refuses to seal a process",
     "Before anything changes, an activation is rehearsed in a sandbox made of the kernel's namespaces. The "
     "kernel, its configuration or the container that contract runs in refused one of the steps; the message "
     "names the step and the reason. Nothing was changed.",
     "Follow the help of the finding. Usual causes are the default system call filter of Docker, AppArmor on "
     "Ubuntu, `user.max_user_namespaces` being 0, and a /proc that a container masks."},
    {"activation.path-collision", "two declarations of a host want the same path",
     "One path is declared twice, or something lies below a path that is declared as a file or a symlink. "
     "Both "
     "places are shown. Paths that are the same only on the host, such as /bin/x and /usr/bin/x where /bin "
     "is a "
     "link, are found by the rehearsal.",
     "Keep one of the two declarations, or move one to another path."},
    {"activation.bad-path", "a path that no host can be given",
     "A managed path has to be absolute and in its shortest form, without '.', '..', doubled or trailing "
     "slashes. "
     "'/' itself, everything below /proc, /sys and /dev, contract's own state below /var/lib/contract, names "
     "that contract uses while it writes, and paths of more than 4095 bytes cannot be managed. A path of a "
     "home "
     "is relative to the home directory and stays below it.",
     "Write the path as the help says, or choose another one."},
    {"activation.protected-path", "a path that decides who may use the host",
     "sudoers, the configuration of sshd and PAM, passwd, shadow, group, gshadow, fstab and resolv.conf can "
     "lock everybody out when they are wrong. A host writes them only when its option `protected` names the "
     "path or a directory above it. No file, symlink or directory that others may write to is ever put above "
     "them.",
     "Leave the file to the host's administrator, or agree to take it over: protected = "
     "[\"/etc/sudoers.d/ops\"]. "
     "Accounts are declared with users and groups instead."},
    {"activation.unknown-owner", "an owner that the host does not have",
     "A file, directory or unit names a user or group that is neither declared for the host nor one of the "
     "static "
     "accounts of every Debian, nor in /etc/passwd and /etc/group of the host's root or of the directory "
     "given "
     "with --root. It is never replaced by root.",
     "Correct the name, or declare the account in users or groups of the host. A declared user brings a "
     "group of "
     "its name."},
    {"activation.bad-mode", "a mode that is refused",
     "Modes go from 0000 to 07777, and the bits 04000 and 02000, which let a program run as somebody else, "
     "are "
     "refused.",
     "Write a mode without set-id bits, such as \"0755\"."},
    {"activation.missing-program", "a unit starts a program that will not be there",
     "The first word of a unit's command is in no built output, no declared file and no folder of the host's "
     "root; "
     "or it is there and cannot be executed. Or a package of the option `packages` has no directory bin.",
     "Name a program of a package by reference, declare the file with mode \"0755\", or give the host a root "
     "that "
     "has the program."},
    {"activation.bad-unit", "systemd would not accept a unit",
     "systemd-analyze verify, run on the rendered unit, complained: an unknown setting, a value it cannot "
     "read, a "
     "required unit that does not exist. Its lines are shown.",
     "Correct the settings of the unit. systemd.directives(7) lists every setting with its manual page."},
    {"activation.missing-source", "a file that is taken from an output is not in it",
     "The output was built, but it has no regular file at the path that the host takes, or a symlink there "
     "leads "
     "out of the output.",
     "Look at what the package installs, and correct the path or the package."},
    {"activation.collision", "something that contract did not write is at a managed path",
     "The rehearsal, or the directory given with --root, has a file, directory, symlink or special file "
     "where the "
     "host wants its own, and it is not equal in content, mode and owner. All collisions are reported at "
     "once, and "
     "nothing is ever overwritten silently.",
     "Write on_collision = \"save\" for the path: what is there is then saved and replaced, and comes back "
     "when the "
     "path is no longer managed. Or move away what is there, or choose another path."},
    {"activation.symlinked-parent", "a directory on the way to a managed path is a symlink",
     "Writing through a symlink would change something at another place, perhaps a checkout or another "
     "host's "
     "files, so no symlink is followed. Only the links of a merged /usr, /var/run and /var/lock are.",
     "Declare the path that the symlink leads to, or replace the symlink by a directory."},
    {"activation.rehearsal-failed", "a rehearsal did not go as it has to",
     "The generation was applied to a tree in a sandbox, verified, applied again and taken back, and one of "
     "these "
     "failed: a name that is too long for a file system, a full disk, or a bug in contract. The evidence has "
     "each "
     "path and reason.",
     "Correct the path that the evidence names, or make room. If neither explains it, please report it as a "
     "bug "
     "with the evidence."},
    {"activation.internal", "contract itself failed",
     "A rule that always holds inside contract was broken. This is a bug in contract, not in your "
     "contract.toml.",
     "Please report it with the message and the command. Exit status bit 1 is set."},
});

}  // namespace

std::span<const CodePage> activation_codes() {
    return pages;
}

}  // namespace contract::core
