// SPDX-License-Identifier: Apache-2.0
//
// What several commands share: finding the contract, the style of the output, writing it, and interruption.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "command.hpp"
#include "contract/base/result.hpp"
#include "contract/core/finding.hpp"
#include "contract/report/report.hpp"

namespace contract::cli {

// Prints "contract: MESSAGE" on stderr and returns exit status 2.
int wrong_usage(std::string_view message);

// The contract directory for these arguments; prints why there is none.
std::optional<std::string> contract_directory(const Arguments& arguments);

// --color, then NO_COLOR, CLICOLOR_FORCE and FORCE_COLOR, then whether `fd` is a terminal.
report::Style style_for(const Arguments& arguments, int fd);

// False when the text could not be written whole: a full disk, which is told on stderr, or a reader that has
// gone. Both end the progress that is shown.
bool print(std::string_view text);
void print_message(std::string_view text);  // on stderr

// Findings of a command other than check, on stderr; returns the bits of their stages.
int print_findings(const std::vector<core::Finding>& findings, const Sources& sources,
                   const Arguments& arguments);

// From the first call on, Ctrl-C and SIGTERM are noted instead of ending the program; the second one ends it.
std::function<bool()> interruption();
int signal_caught();                // its number; 0: none
int exit_status_after(int status);  // 130 or 143 when interrupted

// A whole number from 1 to `most` given for `option`; an Error names the option.
Result<unsigned> number_option(const Arguments& arguments, std::string_view option, unsigned most,
                               unsigned otherwise);

}  // namespace contract::cli
