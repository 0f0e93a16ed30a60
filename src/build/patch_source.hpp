// SPDX-License-Identifier: Apache-2.0
//
// Patches applied to the copy of a source that a build works in. A path of a patch never leads through a
// symlink: what it names is a file of the copy or nothing.
#pragma once

#include <optional>
#include <string>

#include "contract/core/finding.hpp"
#include "contract/core/plan.hpp"
#include "contract/store/store.hpp"

namespace contract::build {

// All patches of the action, in order, to the directory `source`. A finding: one of them cannot be read or
// does not apply, and the directory is of no use any more. Errors: system, and those of the store.
Result<std::optional<core::Finding>> patch_source(const core::PlannedAction& action,
                                                  const store::Store& store, const std::string& source);

}  // namespace contract::build
