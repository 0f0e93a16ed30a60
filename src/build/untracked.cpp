// SPDX-License-Identifier: Apache-2.0
#include "untracked.hpp"

#include "contract/base/path.hpp"
#include "contract/os/file.hpp"

namespace contract::build {

namespace {

bool is_kind(const std::string& path, os::FileType type) {
    const auto status = os::status(path);
    return status && *status && (*status)->type == type;
}

}  // namespace

std::optional<std::string> find_left_out(const std::string& name, const std::string& contract_directory,
                                         const LookAtFile& look) {
    const auto relative = path::normalise(name);
    if (!look || contract_directory.empty() || path::is_absolute(relative) || relative.starts_with("..") ||
        look(relative))
        return std::nullopt;
    const auto is_left_out = [&](const std::string& place) {
        return is_kind(path::join(contract_directory, place), os::FileType::regular) && !look(place);
    };
    if (is_left_out(relative)) return relative;
    const auto folders = os::list_directory(contract_directory);
    if (!folders) return std::nullopt;
    for (const auto& folder : *folders) {
        // Of what begins with a dot nothing is a source.
        if (folder.starts_with('.') ||
            !is_kind(path::join(contract_directory, folder), os::FileType::directory))
            continue;
        if (auto place = path::join(folder, relative); is_left_out(place)) return place;
    }
    return std::nullopt;
}

}  // namespace contract::build
