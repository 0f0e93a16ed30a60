// SPDX-License-Identifier: Apache-2.0
//
// Writing to the place that a user named: a regular file is replaced whole or stays as it was; a symlink
// stays one, and a device or a FIFO is written into.
#pragma once

#include <string>
#include <string_view>

#include "contract/base/result.hpp"

namespace contract::cli {

// Errors: system. A FIFO that nobody reads is one, and so is a symlink to nothing.
Result<> write_report_file(const std::string& path, std::string_view bytes);

}  // namespace contract::cli
