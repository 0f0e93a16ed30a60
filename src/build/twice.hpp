// SPDX-License-Identifier: Apache-2.0
//
// Building once more, under other circumstances, what was built before, and comparing. The store gets nothing
// of the second build but the blobs in which it differs, which nobody names.
#pragma once

#include <optional>

#include "contract/core/finding.hpp"
#include "run_action.hpp"

namespace contract::build {

struct Again {
    enum class Kind { equal, different, refused, interrupted };
    Kind kind = Kind::equal;
    std::optional<core::Finding> finding;  // different or refused: why
    std::int64_t duration_ms = 0;
};

// `first` is the tree of the result that is there. Errors are failures of this machine.
Result<Again> build_again(const ActionRun& run, const Digest& first);

}  // namespace contract::build
