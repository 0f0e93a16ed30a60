// SPDX-License-Identifier: Apache-2.0
//
// The closure of packages: what has to be unpacked so that every dependency of what was asked for is there.
// Decided by libsolv, with its choices steered to what apt would take on an empty machine without
// recommended packages. The result depends on nothing but its arguments and is sorted.
#pragma once

#include <string>
#include <vector>

#include "contract/core/lock.hpp"
#include "contract/core/manifest.hpp"
#include "index.hpp"

namespace contract::inputs::deb {

struct SolveWish {
    std::string architecture;  // "amd64"
    core::Texts packages;      // "make" or "make=4.3-4.1"
    bool essential = true;     // the set that no package depends on because it is always there: sh, coreutils
    bool recommends = false;
};

// Of several suites with one version of a package the first is named. Errors: package-missing (all that are
// missing, with the nearest names), packages-unsolvable with the solver's reasons, release-mismatch (a stanza
// without file, size or hash), system without libsolv.
Result<std::vector<core::LockedPackage>> solve(const std::vector<PackageIndex>& indexes,
                                               const SolveWish& wish);

}  // namespace contract::inputs::deb
