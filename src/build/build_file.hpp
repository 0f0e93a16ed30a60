// SPDX-License-Identifier: Apache-2.0
//
// Files as an explanation sees them: whether they may be executed and written, and how they begin.
#pragma once

#include <optional>
#include <string>

#include "advice.hpp"

namespace contract::build {

// Of a regular file or a folder; a last symlink is not followed.
std::optional<BuildFile> build_file_at(const std::string& file);

// What lies below `top`, which no symlink leads out of.
LookAtFile look_below(const std::string& top);

}  // namespace contract::build
