// SPDX-License-Identifier: Apache-2.0
#include "contract/core/code_page.hpp"

namespace contract::core {

std::vector<CodePage> all_code_pages() {
    std::vector<CodePage> pages;
    for (const auto stage : {evaluation_codes(), build_codes(), activation_codes(), runtime_codes()})
        pages.insert(pages.end(), stage.begin(), stage.end());
    return pages;
}

const CodePage* find_code_page(std::string_view code) {
    for (const auto stage : {evaluation_codes(), build_codes(), activation_codes(), runtime_codes()})
        for (const auto& page : stage)
            if (page.code == code) return &page;
    return nullptr;
}

}  // namespace contract::core
