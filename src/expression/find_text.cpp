// SPDX-License-Identifier: Apache-2.0
#include "find_text.hpp"

#include <algorithm>
#include <cstring>

namespace contract::expression {

std::size_t find_text(std::string_view text, std::string_view part, std::size_t from) {
    const std::string_view rest = text.substr(from);
    const void* found = ::memmem(rest.data(), rest.size(), part.data(), part.size());
    if (found == nullptr) return std::string_view::npos;
    return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

std::size_t find_last_text(std::string_view text, std::string_view part, std::size_t last) {
    if (part.size() > text.size()) return std::string_view::npos;
    // Turned round, the last place is the first one.
    const std::size_t end = std::min(last, text.size() - part.size()) + part.size();
    const std::string turned_text(text.rend() - static_cast<std::ptrdiff_t>(end), text.rend());
    const std::string turned_part(part.rbegin(), part.rend());
    const std::size_t found = find_text(turned_text, turned_part, 0);
    return found == std::string_view::npos ? found : end - part.size() - found;
}

}  // namespace contract::expression
