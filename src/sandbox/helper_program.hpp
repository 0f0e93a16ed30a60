// SPDX-License-Identifier: Apache-2.0
//
// Which program is started as the helper.
#pragma once

#include <string>

namespace contract::sandbox {

// That of set_helper_executable; this program itself unless that was called.
const std::string& helper_executable();

// A path to the image that was set, for exec alone; empty when there is none, when set_helper_executable has
// named another program, or when this machine gives no memory to run from. Thread-safe.
const std::string& helper_image();

}  // namespace contract::sandbox
