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
