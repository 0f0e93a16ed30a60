// SPDX-License-Identifier: Apache-2.0
#include "case_twins.hpp"

#include <locale.h>
#include <wctype.h>

#include <unordered_map>

#include "contract/base/text.hpp"

namespace contract::inputs {

namespace {

char32_t folded(char32_t value, locale_t locale) {
    if (value < 0x80) return value >= 'A' && value <= 'Z' ? value + ('a' - 'A') : value;
    if (locale == locale_t{}) return value;
    // Up first: some small letters, such as both of sigma, share a capital.
    return static_cast<char32_t>(::towlower_l(::towupper_l(static_cast<wint_t>(value), locale), locale));
}

std::string folded(std::string_view name) {
    static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", locale_t{});
    std::string out;
    for (std::size_t at = 0; at < name.size();) {
        const auto point = code_point_at(name, at);
        out += encode_utf8(folded(point.value, locale));
        at += point.length;
    }
    return out;
}

using Twins = std::optional<std::pair<std::string, std::string>>;

Twins find(const TreeBuilder::Folder& folder, const std::string& above) {
    std::unordered_map<std::string, std::string_view> seen;
    for (const auto& [name, node] : folder.entries) {
        const auto [other, fresh] = seen.emplace(folded(name), name);
        if (!fresh) return std::pair(above + std::string(other->second), above + name);
    }
    for (const auto& [name, node] : folder.entries) {
        const auto* child = std::get_if<std::unique_ptr<TreeBuilder::Folder>>(&node);
        if (child == nullptr) continue;
        if (auto twins = find(**child, above + name + "/")) return twins;
    }
    return std::nullopt;
}

}  // namespace

Twins case_twins(const TreeBuilder::Folder& folder) {
    return find(folder, "");
}

}  // namespace contract::inputs
