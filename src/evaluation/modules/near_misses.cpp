// SPDX-License-Identifier: Apache-2.0
//
// Keys that anybody may choose cannot be unknown, but they can be misspelt: a key that one module alone has,
// one slip away from a key of the default or of another module, is worth a warning. Slips are two letters
// exchanged, one missing, one too many or one wrong, none of them the first or the last: web1 and web2, or
// server and servers, are names.
#include <algorithm>
#include <map>

#include "contract/base/text.hpp"
#include "module_set.hpp"

namespace contract::evaluation {

namespace {

constexpr std::size_t shortest = 4;
constexpr std::size_t most_keys = 200;  // of one map: the work is quadratic, and large maps are data

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_slip(std::string_view a, std::string_view b) {
    if (a.size() > b.size()) std::swap(a, b);
    if (a.size() < shortest || b.size() - a.size() > 1) return false;
    std::size_t same = 0;
    while (same < a.size() && a[same] == b[same]) ++same;
    if (same == 0 || same == a.size() || !is_letter(a[same]) || !is_letter(b[same])) return false;
    const auto rest_is = [&](std::size_t from_a, std::size_t from_b) {
        return from_a < a.size() && a.substr(from_a) == b.substr(from_b);
    };
    if (b.size() > a.size()) return rest_is(same, same + 1);
    if (rest_is(same + 1, same + 1)) return true;
    return same + 1 < a.size() && a[same] == b[same + 1] && a[same + 1] == b[same] &&
           a.substr(same + 2) == b.substr(same + 2);
}

constexpr std::size_t by_default = static_cast<std::size_t>(-1);

// One map: each key with where it is written and in which module, the first of each module.
struct Uses {
    struct Use {
        std::size_t module;
        Span where;
    };
    std::map<std::string, std::vector<Use>> keys;

    void add(const std::string& key, std::size_t module, const Span& where) {
        auto& uses = keys[key];
        const bool known =
            std::any_of(uses.begin(), uses.end(), [&](const Use& use) { return use.module == module; });
        if (!known) uses.push_back({module, where});
    }
};

class NearMisses {
public:
    explicit NearMisses(ModuleSet& set) : set_(set) {}

    void warn() {
        for (OptionIndex i = 0; i < set_.options.size(); ++i)
            if (set_.tree.option(i).type.kind == OptionKind::map) add_map(i);
        for (NodeIndex i = 0; i < set_.maps.size(); ++i)
            for (const auto index : set_.maps[i].definitions) add_entry(i, set_.definitions[index]);
        for (const auto& [name, uses] : maps_) judge(uses);
    }

private:
    static std::optional<std::string> plain(const CompiledText& key) {
        if (key.parts.size() != 1 || key.parts[0].expression) return std::nullopt;
        return key.parts[0].text;
    }
    std::size_t module_of(const Definition& definition) const {
        return set_.settings[definition.setting].module;
    }

    // The keys of the placeholders around it; none when one of them is made by an expression.
    static std::optional<std::string> around(const Definition& definition, std::size_t number) {
        std::string out;
        for (std::size_t i = 0; i < number; ++i) {
            const auto key = plain(definition.keys[i]);
            if (!key) return std::nullopt;
            out += *key + '\0';
        }
        return out;
    }

    void add_map(OptionIndex index) {
        const Option& option = set_.tree.option(index);
        if (option.sensitive || option.broken) return;
        const auto* defaults = option.default_from();
        for (const auto i : set_.options[index].definitions) {
            const Definition& definition = set_.definitions[i];
            const auto* map = definition.value.source == nullptr ? nullptr : definition.value.source->map();
            const auto name = around(definition, option.placeholders);
            if (map == nullptr || !name) continue;
            Uses& uses = maps_['o' + std::to_string(index) + '\0' + *name];
            if (defaults != nullptr && defaults->first->default_value->map() != nullptr)
                for (const auto& entry : *defaults->first->default_value->map())
                    uses.add(entry.key.value, by_default, entry.key.where);
            for (const auto& entry : *map) uses.add(entry.key.value, module_of(definition), entry.key.where);
        }
    }

    void add_entry(NodeIndex map, const Definition& definition) {
        std::size_t number = 0;
        for (NodeIndex at = map; at != OptionTree::root; at = set_.tree.node(at).parent)
            number += is_placeholder(set_.tree.node(at).name) ? 1 : 0;
        if (definition.entry == nullptr || definition.keys.size() != number + 1) return;
        const auto key = plain(definition.keys[number]);
        const auto name = around(definition, number);
        if (key && name)
            maps_['m' + std::to_string(map) + '\0' + *name].add(*key, module_of(definition),
                                                                *definition.entry);
    }

    void judge(const Uses& uses) {
        if (uses.keys.size() > most_keys) return;
        for (const auto& [key, places] : uses.keys) {
            if (places.size() != 1 || places[0].module == by_default || key.find("${{") != std::string::npos)
                continue;
            for (const auto& [other, theirs] : uses.keys) {
                // Of two keys that one module each has, the later is the doubtful one.
                const bool better = theirs.size() > 1 || theirs[0].module == by_default ||
                                    theirs[0].module < places[0].module;
                if (!better || theirs[0].module == places[0].module || !is_slip(key, other)) continue;
                auto& finding = set_.reports.warning(
                    "near-miss", "the key '" + harmless(key) + "' is nearly '" + harmless(other) + "'",
                    places[0].where);
                finding.related.push_back({theirs[0].where, "'" + harmless(other) + "' is here"});
                finding.help.push_back("did you mean '" + harmless(other) + "'?");
                break;
            }
        }
    }

    ModuleSet& set_;
    std::map<std::string, Uses> maps_;
};

}  // namespace

void warn_near_misses(ModuleSet& set) {
    NearMisses(set).warn();
}

}  // namespace contract::evaluation
