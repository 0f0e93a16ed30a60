// SPDX-License-Identifier: Apache-2.0
//
// apt takes the first alternative of "a | b" that can be had; libsolv takes whichever it meets first. What a
// solution took instead of a first alternative is found here, so that the next solution can prefer it. Where
// the first alternative itself needs a later one ("gnupg | gpg"), preferring does not help: the smaller set
// is kept.
#pragma once

#include <set>
#include <string_view>
#include <vector>

#include "offers.hpp"

namespace contract::inputs::deb {

// The names of packages that dependencies of `chosen` list before what is chosen for them. Empty when
// everywhere the first alternative was taken, or there is no package of its name.
std::set<std::string_view> passed_over(const std::vector<const Stanza*>& chosen, const Offers& offers);

}  // namespace contract::inputs::deb
