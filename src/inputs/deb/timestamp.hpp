// SPDX-License-Identifier: Apache-2.0
//
// Points in time as release files and snapshot archives write them, in seconds since 1970 in UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace contract::inputs::deb {

std::optional<std::int64_t> parse_timestamp(std::string_view text);  // "20261101T083000Z"
std::string timestamp(std::int64_t seconds);

// "Sun, 01 Nov 2026 08:30:00 UTC", as in Date and Valid-Until; no other zone than UTC.
std::optional<std::int64_t> parse_release_date(std::string_view text);

std::int64_t now();

}  // namespace contract::inputs::deb
