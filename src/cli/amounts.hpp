// SPDX-License-Identifier: Apache-2.0
//
// Sizes and ages as people write and read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace contract::cli {

std::string size_text(std::uint64_t bytes);  // "512 bytes", "1.2 kB", "20.0 GB": powers of 1000

// "500M", "20G", "1.5T": a number and k, M, G or T, powers of 1000; a number alone is bytes.
std::optional<std::uint64_t> parse_size(std::string_view text);

// "30d", "2w", "12h" as whole days, rounded up; a number alone is no age.
std::optional<std::int64_t> parse_days(std::string_view text);

}  // namespace contract::cli
