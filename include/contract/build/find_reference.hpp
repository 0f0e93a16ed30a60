// SPDX-License-Identifier: Apache-2.0
//
// Where an output names a store path: the files behind the references that the build stage found.
#pragma once

#include <optional>
#include <string>

#include "contract/base/result.hpp"
#include "contract/core/store_path.hpp"

namespace contract::build {

// The first file or symlink of the output that lies at `path` on this machine, by name, in which the hash of
// `to` stands: its path there, "" when the output is that file itself. None: nothing names it. Only reads.
// Error: system.
Result<std::optional<std::string>> find_reference(const std::string& path, const core::StorePath& to);

}  // namespace contract::build
