// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "contract/base/text.hpp"

namespace contract::evaluation {

// A cycle of thousands is told by its ends.
inline constexpr std::size_t most_cycle_steps = 12;

inline std::string cycle_path(const std::vector<std::string>& path) {
    if (path.size() <= most_cycle_steps + 1) return join(path, " → ");
    constexpr auto half = static_cast<std::ptrdiff_t>(most_cycle_steps / 2);
    const std::vector<std::string> first(path.begin(), path.begin() + half);
    const std::vector<std::string> last(path.end() - half, path.end());
    return join(first, " → ") + " → … (" + std::to_string(path.size() - most_cycle_steps) + " more) … → " +
           join(last, " → ");
}

}  // namespace contract::evaluation
