// SPDX-License-Identifier: Apache-2.0
#include "contract/base/text.hpp"
#include "contract/manifest/module_file.hpp"
#include "lexemes.hpp"
#include "string_literal.hpp"

namespace contract::manifest {

namespace {

constexpr std::size_t deepest_option = 32;  // trees of options are walked by recursion

// One part at `at`, which is moved behind it. A part without quotes ends at a dot.
std::optional<std::string> part_at(std::string_view path, std::size_t& at) {
    const std::size_t begin = at;
    if (at < path.size() && path[at] == '"') {
        at = end_of_string(path, at);
        const auto literal = path.substr(begin, at - begin);
        if (literal.size() < 2 || literal.back() != '"' || literal.starts_with("\"\"\"")) return std::nullopt;
        auto decoded = decode_string(literal);
        if (decoded.value.empty()) return std::nullopt;
        return std::move(decoded.value);
    }
    at = std::min(path.find('.', at), path.size());
    std::string part(path.substr(begin, at - begin));
    if (!is_name(part) && !is_placeholder(part)) return std::nullopt;
    return part;
}

}  // namespace

bool is_placeholder(std::string_view part) {
    return part.size() > 2 && part.front() == '<' && part.back() == '>' &&
           is_name(part.substr(1, part.size() - 2));
}

std::optional<std::vector<std::string>> parts_of_option(std::string_view path) {
    std::vector<std::string> parts;
    for (std::size_t at = 0;; ++at) {
        auto part = part_at(path, at);
        if (!part) return std::nullopt;
        if (parts.size() == deepest_option) return std::nullopt;
        parts.push_back(std::move(*part));
        if (at >= path.size()) return parts;
        if (path[at] != '.') return std::nullopt;
    }
}

}  // namespace contract::manifest
