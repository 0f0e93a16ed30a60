// SPDX-License-Identifier: Apache-2.0
#include "builder_files.hpp"

#include <unistd.h>

#include <cerrno>

#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"
#include "contract/sandbox/sandbox.hpp"

namespace contract::build {

Result<> give_to_builder(const std::string& path) {
    if (!os::is_root()) return {};
    const auto owner = sandbox::build_owner();
    if (::lchown(path.c_str(), owner, owner) != 0) return os::system_error("give away", path, errno);
    return {};
}

}  // namespace contract::build
