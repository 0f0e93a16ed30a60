// SPDX-License-Identifier: Apache-2.0
#include "contract/core/lock.hpp"

#include <algorithm>

namespace contract::core {

namespace {

void add(Want& want, std::string key, const std::optional<Text>& text) {
    if (text) want.emplace_back(std::move(key), text->value);
}

}  // namespace

const LockedInput* Lock::find(std::string_view name) const {
    const auto found =
        std::find_if(inputs.begin(), inputs.end(), [&](const auto& input) { return input.name == name; });
    return found == inputs.end() ? nullptr : &*found;
}

std::optional<Want> want_of(const Input& input) {
    Want want;
    if (const auto* git = std::get_if<GitSource>(&input.source)) {
        want.emplace_back("git", git->url.value);
        add(want, "ref", git->ref);
        add(want, "rev", git->rev);
        add(want, "subdir", git->subdir);
    } else if (const auto* path = std::get_if<PathSource>(&input.source)) {
        want.emplace_back("path", path->path.value);
    } else {
        return std::nullopt;
    }
    std::sort(want.begin(), want.end());
    return want;
}

}  // namespace contract::core
