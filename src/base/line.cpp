// SPDX-License-Identifier: Apache-2.0
#include "contract/base/line.hpp"

#include "contract/base/text.hpp"

namespace contract {

std::string harmless_line(std::string_view text) {
    std::string out;
    for (const char c : harmless(text)) {
        if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else
            out += c;
    }
    return out;
}

}  // namespace contract
