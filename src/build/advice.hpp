// SPDX-License-Identifier: Apache-2.0
//
// What a failed build's log and end say beyond missing tools, headers and libraries (evidence.hpp), and what
// to do about each. It reads a text; of the files of the build it asks what they are.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/core/plan.hpp"
#include "contract/sandbox/sandbox.hpp"

namespace contract::build {

struct Advice {
    std::string kind;  // of the evidence: "compiler", "memory"
    std::string text;  // the line of the log, or what is the matter in our words
    std::string help;
};

// A regular file that lies where the build began.
struct BuildFile {
    bool executable = false;
    std::string first_line;  // without its end, 256 bytes at most
};
using LookAtFile = std::function<std::optional<BuildFile>(const std::string& relative)>;

// At most three, in the order of the log; what its end says comes last.
std::vector<Advice> advice_for(const core::PlannedAction& action, const sandbox::RunResult& result,
                               std::string_view log, const LookAtFile& look);

}  // namespace contract::build
