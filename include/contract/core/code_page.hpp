// SPDX-License-Identifier: Apache-2.0
//
// The page of every finding code: `contract explain CODE` and contract-findings(7) print these. A test holds
// the table, the codes in the sources and the case folders of tests/cases against each other.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace contract::core {

struct CodePage {
    std::string_view code;     // "evaluation.unknown-key"
    std::string_view title;    // one line, lower case, no full stop
    std::string_view meaning;  // what was found and how; sentences
    std::string_view remedy;   // what to do; sentences
};

std::span<const CodePage> evaluation_codes();
std::span<const CodePage> build_codes();
std::span<const CodePage> activation_codes();
std::span<const CodePage> runtime_codes();

std::vector<CodePage> all_code_pages();                 // in stage order
const CodePage* find_code_page(std::string_view code);  // null when there is none

}  // namespace contract::core
