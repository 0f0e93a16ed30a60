// SPDX-License-Identifier: Apache-2.0
#include "conceal.hpp"

#include <algorithm>

namespace contract::evaluation {

namespace {

// Columns count characters and offsets bytes, and what stands behind has to keep both as far as they can be
// kept: a star for each character, and blanks for the further bytes, which only text that is not ASCII has.
void blot(std::string& text, std::size_t begin, std::size_t end) {
    end = std::min(end, text.size());
    while (begin < end) {
        const std::size_t line_end = std::min(text.find('\n', begin), end);
        std::size_t characters = 0;
        for (std::size_t i = begin; i < line_end; ++i)
            characters += (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80 ? 1 : 0;
        for (std::size_t i = begin; i < line_end; ++i) text[i] = i - begin < characters ? '*' : ' ';
        begin = line_end + 1;
    }
}

}  // namespace

Sources conceal(const Sources& sources, const std::vector<Span>& secrets) {
    Sources out;
    for (const Span& secret : secrets) {
        const auto source = sources.find(secret.file.text());
        if (source == sources.end()) continue;
        const auto made = out.emplace(secret.file.text(), source->second).first;
        blot(made->second, secret.begin_byte, secret.end_byte);
    }
    return out;
}

}  // namespace contract::evaluation
