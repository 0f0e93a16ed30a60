// SPDX-License-Identifier: Apache-2.0
//
// What a formatter did to the files that it was given.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contract/build/build.hpp"

namespace contract::build {

struct Formatting {
    std::vector<FormattedFile> changed;
    std::optional<std::string> lost;  // a file that is no regular file any more
    std::string difference;           // for people, at most some screens
};

// Compares the files of the action with those of its source, of which `directory` was a copy. Both forms are
// in the store afterwards. Only contents count: a formatter is no place for modes. Errors: those of the
// store, system.
Result<Formatting> changes_of(const core::PlannedAction& action, store::Store& store,
                              const std::string& directory);

core::Finding unformatted_finding(const core::PlannedAction& action, const Formatting& formatting);

}  // namespace contract::build
