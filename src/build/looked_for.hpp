// SPDX-License-Identifier: Apache-2.0
//
// What an observed build asked for, did not find in its sandbox, and would have found on this machine: what
// its author relies on without having said so. It reads an observation and asks this machine what it has.
#pragma once

#include <string>
#include <vector>

#include "contract/sandbox/observation.hpp"
#include "evidence.hpp"

namespace contract::build {

struct LookedFor {
    Clue::Kind kind = Clue::Kind::program;
    std::string name;   // "python3", "zlib.h", "libz.so", "zlib.pc", "yaml.py"; of a file its path
    std::string found;  // where this machine has it
    bool executed = false;
    friend bool operator==(const LookedFor&, const LookedFor&) = default;
};

// The one that was asked for last comes first, since a build fails soon after what it could not do without;
// five at most. `path` is this machine's PATH.
std::vector<LookedFor> looked_for(const sandbox::Observation& observation, const std::string& path);

}  // namespace contract::build
