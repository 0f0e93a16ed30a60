// SPDX-License-Identifier: Apache-2.0
//
// What an archive's bytes come from: a file, or a member of another archive. Knows no format.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "contract/base/result.hpp"

namespace contract::inputs {

struct Bytes {
    std::function<Result<std::string_view>()> next;  // a piece, valid until the next call; empty at the end
    // As lseek(); the offset afterwards. Empty: only forwards.
    std::function<Result<std::int64_t>(std::int64_t offset, int whence)> seek{};
};

// The bytes of a regular file. Errors: system.
Result<Bytes> bytes_of_file(const std::string& path);

}  // namespace contract::inputs
