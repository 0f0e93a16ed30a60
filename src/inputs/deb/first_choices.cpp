// SPDX-License-Identifier: Apache-2.0
#include "first_choices.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "control.hpp"

namespace contract::inputs::deb {

namespace {

using Names = std::unordered_set<std::string_view>;

// The parts of `text` between `separator`s.
template <typename Visit>
void each_part(std::string_view text, char separator, const Visit& visit) {
    while (!text.empty()) {
        const auto end = std::min(text.find(separator), text.size());
        visit(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

// "libfoo:any (>= 2) [amd64]" → "libfoo"
std::string_view name_of(std::string_view alternative) {
    const auto parts = words(alternative);
    return parts.empty() ? std::string_view() : parts[0].substr(0, parts[0].find_first_of("(:["));
}

struct Chosen {
    Names real;
    Names provided;
};

// A package that provides the name of a real one does not count as that: apt takes the real one.
bool is_met(std::string_view name, const Chosen& chosen, const Offers& offers) {
    return chosen.real.contains(name) || (chosen.provided.contains(name) && !offers.contains(name));
}

void add_passed_over(std::string_view group, const Chosen& chosen, const Offers& offers,
                     std::set<std::string_view>& out) {
    std::optional<std::string_view> first;
    bool met = false;
    each_part(group, '|', [&](std::string_view alternative) {
        const auto name = name_of(alternative);
        met = met || is_met(name, chosen, offers);
        // Only the very first that exists: a later one would be the second choice of apt, too.
        if (!met && !first && offers.contains(name)) first = name;
    });
    if (first) out.insert(*first);
}

}  // namespace

std::set<std::string_view> passed_over(const std::vector<const Stanza*>& chosen, const Offers& offers) {
    Chosen there;
    for (const auto* stanza : chosen) {
        there.real.insert(stanza->name);
        for (const auto name : provided_names(stanza->provides)) there.provided.insert(name);
    }
    std::set<std::string_view> out;
    for (const auto* stanza : chosen)
        for (const auto relations : {stanza->pre_depends, stanza->depends})
            each_part(relations, ',',
                      [&](std::string_view group) { add_passed_over(group, there, offers, out); });
    return out;
}

}  // namespace contract::inputs::deb
