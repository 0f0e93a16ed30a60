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
     "An output consists of regular files, directories and symlinks with UTF-8 names, at most 256 directories "
     "deep. The command left a device, socket, FIFO, set-user-id file or a name that is not UTF-8.",
     "Let the command remove what the message names, or write it somewhere else than to its output."},
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
