// SPDX-License-Identifier: Apache-2.0
//
// Text as man(7) has it.
#pragma once

#include <string>
#include <string_view>

namespace contract::report {

// Roff reads a leading dot or quote, and a backslash anywhere, as its own.
std::string roff(std::string_view text);
// The same; what stands in backticks becomes bold.
std::string roff_with_words(std::string_view text);

}  // namespace contract::report
