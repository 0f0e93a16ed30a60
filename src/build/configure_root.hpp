// SPDX-License-Identifier: Apache-2.0
//
// `configure = true` of a root from Debian packages: their maintainer scripts, run once by dpkg itself on a
// writable copy of the unpacked tree, sealed like every build. The scripts believe they are root; nothing
// they do to owners is kept, since a tree has none. What differs between two runs (logs, caches, backups) is
// removed.
#pragma once

#include <optional>

#include "contract/core/plan.hpp"
#include "contract/inputs/inputs.hpp"
#include "contract/store/store.hpp"

namespace contract::build {

bool is_configured(const core::PlannedInput& input);

// What its configured tree was the last time; none when there was none, or it is no longer whole.
std::optional<Digest> configured_tree(const core::PlannedInput& input, const store::Store& store);

// Requires the unpacked tree in the store; afterwards the configured one lies at the input's store path.
// Errors: failed (a script failed; the notes have the end of the log), namespaces-refused and the others of
// the sandbox, output-not-allowed, interrupted, and those of the store.
Result<> configure_root(const core::PlannedInput& input, const inputs::Context& context);

}  // namespace contract::build
