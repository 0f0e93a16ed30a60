// SPDX-License-Identifier: Apache-2.0
//
// Text of others on a line of ours.
#pragma once

#include <string>
#include <string_view>

namespace contract {

// As harmless(), with line breaks and tabs visible too: the name of a file can begin no line of its own.
std::string harmless_line(std::string_view text);

}  // namespace contract
