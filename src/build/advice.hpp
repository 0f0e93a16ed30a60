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
    // The first and the last line of the log that say it, from 0; nothing: its end says it.
    std::optional<std::size_t> first_line{}, last_line{};
};

// A regular file, or a folder, that lies where the build began.
struct BuildFile {
    bool executable = false;
    std::string first_line;  // without its \n, 256 bytes at most
    bool writable = true;
    bool is_folder = false;
};
using LookAtFile = std::function<std::optional<BuildFile>(const std::string& relative)>;

// At most three, in the order of the log, which is a readable one (log_text.hpp); what its end says comes
// last.
std::vector<Advice> advice_for(const core::PlannedAction& action, const sandbox::RunResult& result,
                               std::string_view log, const LookAtFile& look);

// A command that is a list and written as if a shell read it.
std::optional<Advice> list_advice(const core::PlannedAction& action);

}  // namespace contract::build
