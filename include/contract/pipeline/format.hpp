// SPDX-License-Identifier: Apache-2.0
//
// `contract fmt`: the formatters, run as `check` runs them, sealed and on copies; and then what they made of
// the files of the working tree. A file is written only when all formatters ended well, when it still is what
// they saw, and when it is a regular file that no symlink leads to.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "contract/pipeline/check.hpp"

namespace contract::pipeline {

struct FormatResult {
    Checked checked;  // the last round; its findings are what is left to do
    std::vector<std::pair<std::string, std::string>> written;  // file and formatter, in order
    bool any_formatter = true;                                 // false: the contract has none
};

enum class Write { nothing, files };

// `request.targets` are formatters; none: all of them. Where several format one file, the one that comes
// first by `after` goes first and the next sees what it wrote, round by round.
FormatResult format(CheckRequest request, Write write);

}  // namespace contract::pipeline
