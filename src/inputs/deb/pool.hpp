// SPDX-License-Identifier: Apache-2.0
//
// The packages themselves: from the pool of an archive into the store, as blobs by their SHA-256. A blob is
// there only when its bytes are the ones that are pinned.
#pragma once

#include <string>
#include <vector>

#include "archive_place.hpp"

namespace contract::inputs::deb {

// The roots of an archive that may have a suite's packages, best first.
struct PoolSource {
    std::string suite;
    std::vector<std::string> bases;
};

// Several at once (context.jobs); only what the store does not have is asked for. A package whose suite is in
// no source is looked for in all. Errors: package-vanished (one for all that are nowhere), offline (one for
// all that are missing), hash-mismatch, interrupted, and those of net::download.
Result<> fetch_packages(const std::vector<core::LockedPackage>& packages,
                        const std::vector<PoolSource>& sources, const Context& context);

// Those that the store does not have.
std::vector<core::LockedPackage> missing_packages(const std::vector<core::LockedPackage>& packages,
                                                  const Context& context);

}  // namespace contract::inputs::deb
