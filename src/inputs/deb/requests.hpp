// SPDX-License-Identifier: Apache-2.0
//
// The packages that a contract asks for by name, held against what the suites offer. The solver sees none
// that does not exist.
#pragma once

#include <string>
#include <vector>

#include "contract/core/manifest.hpp"
#include "offers.hpp"

namespace contract::inputs::deb {

// "make=4.3-4.1" → {"make", "4.3-4.1"}; the version is empty where none is asked for.
struct Request {
    std::string name;
    std::string version;
    const core::Text* text;
};

// Error package-missing: one for all that are not there, with the nearest name, the packages that provide
// it, or the versions that there are.
Result<std::vector<Request>> check_requests(const core::Texts& packages, const Offers& offers,
                                            const std::vector<PackageIndex>& indexes);

}  // namespace contract::inputs::deb
