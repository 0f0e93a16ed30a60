// SPDX-License-Identifier: Apache-2.0
//
// Durations as contracts write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace contract::manifest {

// "500ms", "2s", "5m", "1h", "7d" in milliseconds; none for another form, for 0 and for more than 366 days.
std::optional<std::int64_t> duration_ms(std::string_view text);

}  // namespace contract::manifest
