// SPDX-License-Identifier: Apache-2.0
#include "contract/core/configuration.hpp"

namespace contract::core {

std::string mirrored(const Configuration& configuration, const std::string& url) {
    const std::pair<std::string, std::string>* best = nullptr;
    for (const auto& mirror : configuration.mirrors)
        if (url.starts_with(mirror.first) && (best == nullptr || mirror.first.size() > best->first.size()))
            best = &mirror;
    return best == nullptr ? url : best->second + url.substr(best->first.size());
}

}  // namespace contract::core
