// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace contract::report {

// Seconds since 1970 as RFC 3339 in UTC: "2026-01-15T09:30:00Z".
std::string instant_text(std::int64_t seconds);

}  // namespace contract::report
