// SPDX-License-Identifier: Apache-2.0
#include "builder_files.hpp"

#include <unistd.h>

#include <cerrno>

#include "contract/base/path.hpp"
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

Result<std::optional<std::string>> obstacle(const std::string& top, const std::string& name) {
    std::string on_the_way;
    const auto parts = path::parts(name);
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        on_the_way = path::join(on_the_way, parts[i]);
        TRY_ASSIGN(const auto status, os::status(top + "/" + on_the_way));
        if (!status) return std::optional<std::string>();
        if (status->type != os::FileType::directory) return std::optional(on_the_way);
    }
    return std::optional<std::string>();
}

Result<bool> is_file_below(const std::string& top, const std::string& name) {
    TRY_ASSIGN(const auto between, obstacle(top, name));
    if (between) return false;
    TRY_ASSIGN(const auto status, os::status(top + "/" + name));
    return status && status->type == os::FileType::regular;
}

}  // namespace contract::build
