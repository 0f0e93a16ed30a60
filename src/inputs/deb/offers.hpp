// SPDX-License-Identifier: Apache-2.0
//
// What the suites offer, by name, and how one of the offers stands in a lock. Views into the indexes, which
// must outlive them.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "contract/core/lock.hpp"
#include "index.hpp"

namespace contract::inputs::deb {

struct Offer {
    const PackageIndex* index;
    const Stanza* stanza;
};
// In the order of the suites.
using Offers = std::unordered_map<std::string_view, std::vector<Offer>>;

Offers offers_of(const std::vector<PackageIndex>& indexes);

// The first suite's offer of what `chosen` is: which of two equal ones the solver took must not matter.
const Offer& first_of(const Offers& offers, const Stanza& chosen);

// Error release-mismatch: no size, SHA-256 or path below the archive.
Result<core::LockedPackage> locked(const Offer& offer);

// The names that a stanza's Provides lists, without versions.
std::vector<std::string_view> provided_names(std::string_view provides);

}  // namespace contract::inputs::deb
