// SPDX-License-Identifier: Apache-2.0
#include "systems.hpp"

#include <array>
#include <utility>

#include "control.hpp"

namespace contract::inputs::deb {

std::optional<std::string> architecture_of(std::string_view system) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> known{
        {{"x86_64-linux", "amd64"},
         {"aarch64-linux", "arm64"},
         {"riscv64-linux", "riscv64"},
         {"ppc64le-linux", "ppc64el"},
         {"s390x-linux", "s390x"},
         {"armv7l-linux", "armhf"},
         {"i686-linux", "i386"}}};
    for (const auto& [name, architecture] : known)
        if (name == system) return std::string(architecture);
    return std::nullopt;
}

bool same_origin(std::string_view origin, std::string_view archive) {
    return same_name(origin, archive);
}

}  // namespace contract::inputs::deb
