// SPDX-License-Identifier: Apache-2.0
#include "signatures.hpp"

#include <algorithm>
#include <unordered_map>

#include "contract/base/text.hpp"

namespace contract::expression {

namespace {

std::vector<Signature> all_signatures() {
    std::vector<Signature> all;
    for (const auto rows :
         {conversion_signatures(), text_signatures(), time_signatures(), serial_signatures()})
        all.insert(all.end(), rows.begin(), rows.end());
    return all;
}

// "a.indexOf(b, c)"
std::string way(const Signature& signature) {
    std::string arguments;
    const std::size_t first = signature.style == Style::method ? 1 : 0;
    for (std::size_t i = first; i < signature.count; ++i)
        arguments += (i == first ? "" : ", ") + std::string(1, static_cast<char>('a' + i));
    return (first == 1 ? "a." : "") + std::string(signature.name) + "(" + arguments + ")";
}

}  // namespace

std::span<const Signature> signatures() {
    static const std::vector<Signature> all = all_signatures();
    return all;
}

const Signature* find_signature(std::string_view name, Style style, std::size_t count) {
    static const auto by_name = [] {
        std::unordered_multimap<std::string_view, const Signature*> map;
        for (const Signature& signature : signatures()) map.emplace(signature.name, &signature);
        return map;
    }();
    const auto [first, last] = by_name.equal_range(name);
    for (auto entry = first; entry != last; ++entry)
        if (entry->second->style == style && entry->second->count == count) return entry->second;
    return nullptr;
}

std::vector<std::string> function_names(Style style) {
    std::vector<std::string> names;
    for (const Signature& signature : signatures())
        if (signature.style == style) names.emplace_back(signature.name);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

std::string ways_to_call(std::string_view name) {
    std::vector<std::string> ways;
    for (const Signature& signature : signatures())
        if (signature.name == name) ways.push_back(way(signature));
    return join(ways, " or ");
}

std::string words(Kinds kinds) {
    std::vector<std::string> names;
    for (unsigned i = 0; i < static_cast<unsigned>(Kind::dynamic); ++i) {
        const auto kind = static_cast<Kind>(i);
        if (has(kinds, kind) && kind != Kind::object) names.emplace_back(word(kind));
    }
    if (names.size() < 2) return join(names, "");
    const std::string last = std::move(names.back());
    names.pop_back();
    return join(names, ", ") + " or " + last;
}

bool Call::fail(std::string message, std::string code) {
    return budget_.fail(problem_at(node_, std::move(code), std::move(message)));
}

bool Call::fail_at(std::size_t argument, std::string message, std::string code) {
    return budget_.fail(problem_at(node_.children[argument], std::move(code), std::move(message)));
}

bool Call::make_room(std::size_t bytes) {
    if (bytes > longest_string) return budget_.exhaust(node_, "the text gets longer than 16 MiB");
    return budget_.room(node_, bytes);
}

}  // namespace contract::expression
