// SPDX-License-Identifier: Apache-2.0
//
// The text of a build record as the store keeps it: one JSON object on one line, its members always in the
// same order, so that equal records have equal bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "contract/core/build_record.hpp"

namespace contract::build {

inline constexpr std::size_t largest_record = 8u << 20;  // bytes

std::string encode(const core::BuildRecord& record);
// None for what encode() would not have written: too large, no JSON, a member that is missing, of another
// type or no digest, path or word. Members that it does not know are passed over: a later program may have
// more.
std::optional<core::BuildRecord> decode_record(std::string_view text);

}  // namespace contract::build
