// SPDX-License-Identifier: Apache-2.0
//
// Which contract directories the user has said may act as the user: one absolute path a line in the user's
// configuration, never anything of the repository's.
#pragma once

#include <string>

#include "contract/base/result.hpp"

namespace contract::cli {

Result<bool> is_trusted(const std::string& directory);
Result<> set_trusted(const std::string& directory, bool trusted);

}  // namespace contract::cli
