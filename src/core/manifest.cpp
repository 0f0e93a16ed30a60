// SPDX-License-Identifier: Apache-2.0
#include "contract/core/manifest.hpp"

#include "contract/core/host_config.hpp"

namespace contract::core {

std::string_view word(Priority priority) {
    constexpr std::string_view words[] = {"default", "normal", "force"};
    return words[static_cast<int>(priority)];
}

std::string_view word(Order order) {
    constexpr std::string_view words[] = {"before", "normal", "after"};
    return words[static_cast<int>(order)];
}

std::string_view word(Fate fate) {
    constexpr std::string_view words[] = {"used", "lost", "replaced", "not active"};
    return words[static_cast<int>(fate)];
}

}  // namespace contract::core
