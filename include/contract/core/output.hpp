// SPDX-License-Identifier: Apache-2.0
//
// What the build stage produced, as later stages need it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "contract/core/recipe.hpp"

namespace contract::core {

struct Output {
    StorePath path;
    Digest tree;
    std::string real_path;              // where it lies on this machine
    std::vector<StorePath> references;  // store paths its files name, itself included where it does
    Root root;                          // a program linked in a root needs that root to run
    SandboxLevel level = SandboxLevel::sealed;
    bool cached = false;
};

using Outputs = std::map<std::string, Output>;  // by target: "packages.zlib", "inputs.data"

}  // namespace contract::core
