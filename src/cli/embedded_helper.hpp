// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace contract::cli {

// The bytes of the program of sandbox_helper.cpp, for set_helper_image; empty in a build that links nothing
// statically.
std::string_view embedded_helper();

}  // namespace contract::cli
