// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "contract/core/code_page.hpp"

namespace contract::core {

namespace {

constexpr std::array pages = std::to_array<CodePage>({
    {"build.system", "a file, directory or system call failed that the stage needs",
     "The machine refused something that contract itself needs: a full disk, a missing permission, a file "
     "that "
     "changed while it was read. The message names the operation, the path and the system's reason.",
     "Look at the path and the reason. Nothing was half written; run the command again once the cause is "
     "gone."},
    {"build.network-file-system", "the store lies on a network file system",
     "Locks and the index of the store cannot be relied on over NFS, SMB and the like, so contract does not "
     "use a store there.",
     "Set CONTRACT_HOME to a directory on a local disk."},
    {"build.store-damaged", "something in the store is damaged or missing",
     "A file of the store does not have the content that its name promises, or the index cannot be read. The "
     "usual reasons are a disk fault and somebody who changed or removed files below the store.",
     "For a blob, run the command again: what is missing is fetched or built anew. For the index, remove the "
     "files that the message names; the index is a cache, so nothing is lost but the time to build again."},
    {"build.store-newer", "the store was last used by a newer contract",
     "The index of the store has a format that this program does not know, so it leaves the store alone.",
     "Use the newer program, or set CONTRACT_HOME to another directory."},
    {"build.output-not-allowed", "an output has something in it that cannot be stored",
     "An output consists of regular files, directories and symlinks with UTF-8 names, at most 256 "
     "directories "
     "deep. The command left a device, socket, FIFO, set-user-id file or a name that is not UTF-8.",
     "Let the command remove what the message names, or write it somewhere else than to its output."},
    {"build.namespaces-refused", "this machine refuses to seal a process",
     "Everything is built in a sandbox made of the kernel's namespaces, as an ordinary user can make them. "
     "The "
     "kernel, its configuration or the container that contract runs in refused one of the steps; the message "
     "names the step and the reason. Nothing was run: contract never builds outside its sandbox.",
     "Follow the help of the finding. Usual causes are the default system call filter of Docker, AppArmor on "
     "Ubuntu, `user.max_user_namespaces` being 0, and a /proc that a container masks."},
    {"build.sandbox-setup", "the sandbox of a build could not be set up",
     "This machine has sandboxes, but one step of this one failed: a file or folder that it shows inside is "
     "missing or may not be read, or the working directory is not there. The message names the step, the "
     "path "
     "and the reason.",
     "Look at the path and the reason. A working directory must exist inside; a folder must be readable by "
     "the user who builds."},
    {"build.program-missing", "the program of a command is not there in the sandbox",
     "A build sees its root, its source and what it uses, nothing else of the machine. The first word of the "
     "command is no program that can be found there; or the program is there and the interpreter or loader "
     "that it names is not.",
     "Add the package that brings the program to `uses`, or correct the first word of the command."},
    {"build.internal", "contract itself failed",
     "A rule that always holds inside contract was broken. This is a bug in contract, not in your "
     "contract.toml.",
     "Please report it with the message and the command. Exit status bit 1 is set."},
});

}  // namespace

std::span<const CodePage> build_codes() {
    return pages;
}

}  // namespace contract::core
