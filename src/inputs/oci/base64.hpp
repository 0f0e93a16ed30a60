// SPDX-License-Identifier: Apache-2.0
//
// RFC 4648 base64 with padding, as credentials are written.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace contract::inputs {

std::string encode_base64(std::string_view bytes);
// White space at the ends is fine, missing padding too; none for anything else that is not base64.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace contract::inputs
