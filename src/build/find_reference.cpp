// SPDX-License-Identifier: Apache-2.0
#include "contract/build/find_reference.hpp"

#include "contract/base/path.hpp"
#include "contract/os/file.hpp"
#include "references.hpp"

namespace contract::build {

namespace {

// `inside` is where in the output `path` lies; folders are gone through in the order of their names.
Result<std::optional<std::string>> find_below(const std::string& path, const std::string& inside,
                                              const core::StorePath& to) {
    TRY_ASSIGN(const auto status, os::status(path));
    if (!status) return std::optional<std::string>();
    if (status->type != os::FileType::directory) {
        TRY_ASSIGN(const auto found, scan_references(path, {to}));
        return found.empty() ? std::nullopt : std::optional(inside);
    }
    TRY_ASSIGN(const auto names, os::list_directory(path));
    for (const auto& name : names) {
        TRY_ASSIGN(auto found,
                   find_below(path::join(path, name), inside.empty() ? name : inside + "/" + name, to));
        if (found) return found;
    }
    return std::optional<std::string>();
}

}  // namespace

Result<std::optional<std::string>> find_reference(const std::string& path, const core::StorePath& to) {
    return find_below(path, "", to);
}

}  // namespace contract::build
