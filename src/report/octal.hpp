// SPDX-License-Identifier: Apache-2.0
//
// Permission bits as chmod reads them: "0644".
#pragma once

#include <cstdint>
#include <string>

namespace contract::report {

inline std::string octal(std::uint32_t mode) {
    std::string out = "0000";
    for (std::size_t digit = 4; digit-- > 0; mode >>= 3) out[digit] = static_cast<char>('0' + (mode & 7U));
    return out;
}

}  // namespace contract::report
