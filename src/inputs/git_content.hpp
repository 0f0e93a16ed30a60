// SPDX-License-Identifier: Apache-2.0
//
// The content of a commit as a tree of the store, with its submodules where they are asked for: each the
// commit that the repository around it records, from the address in .gitmodules of that very commit. Never
// from the configuration of a checkout.
#pragma once

#include "git_copy.hpp"

namespace contract::inputs {

struct Wanting {
    git::Location location;
    std::string ref;  // through which a commit may be found; may be empty
    std::string rev;
    std::string subdir;  // "": all
    bool submodules = false;
};

// Fetches what is missing. Errors: those of with_commit and of import_commit; bad-submodule.
Result<Digest> content_of(const Wanting& wanted, const Context& context);

}  // namespace contract::inputs
