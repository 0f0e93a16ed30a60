// SPDX-License-Identifier: Apache-2.0
//
// The date in an image's configuration.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace contract::inputs {

// Seconds since 1970 of "2026-01-15T09:30:00.5Z" or "2026-01-15T10:30:00+01:00" (RFC 3339), fractions of a
// second dropped; none for anything else.
std::optional<std::int64_t> parse_time(std::string_view text);

}  // namespace contract::inputs
