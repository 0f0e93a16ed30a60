// SPDX-License-Identifier: Apache-2.0
#include "merge.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "contract/base/text.hpp"

namespace contract::evaluation {

namespace {

using expression::Value;
using State = Merged::State;
using Offers = std::vector<const Offer*>;

constexpr std::size_t most_shown = 8;
constexpr std::size_t most_items = 100'000;
constexpr std::size_t longest_text = std::size_t{16} << 20;

// Any order will do that is one: values of two kinds never mix.
bool less(const Value& a, const Value& b) {
    if (a.kind() != b.kind()) return a.kind() < b.kind();
    if (a.kind() == expression::Kind::integer) return *a.as<std::int64_t>() < *b.as<std::int64_t>();
    if (a.kind() == expression::Kind::string) return *a.as<std::string>() < *b.as<std::string>();
    return expression::to_literal(a) < expression::to_literal(b);
}

// As TOML has it; none for what has no short form there.
std::optional<std::string> written(const Value& value) {
    if (const auto* text = value.as<std::string>()) return quoted(*text);
    if (const auto number = value.as<double>(); number && !std::isfinite(*number))
        return std::isnan(*number) ? "nan" : *number > 0 ? "inf" : "-inf";
    if (value.as<bool>() || value.as<std::int64_t>() || value.as<double>())
        return expression::to_literal(value);
    const auto* list = value.as<expression::List>();
    if (list == nullptr) return std::nullopt;
    std::vector<std::string> items;
    for (const Value& item : *list) {
        auto one = written(item);
        if (!one || items.size() > most_shown) return std::nullopt;
        items.push_back(std::move(*one));
    }
    return "[" + join(items, ", ") + "]";
}

// What has no short form and was computed, a package for example, is said as it was written.
const std::string* expression_of(const Offer& offer) {
    return offer.value.kind() != expression::Kind::map || offer.source == nullptr ? nullptr
                                                                                  : offer.source->string();
}

// As definitions agree: of one kind, and NaN with itself.
bool agree(const Value& a, const Value& b) {
    if (a.kind() != b.kind()) return false;
    if (a == b) return true;
    const auto x = a.as<double>();
    const auto y = b.as<double>();
    return x && y && *x != *x && *y != *y;
}

class Merge {
public:
    explicit Merge(const MergeRequest& request) : request_(request) {}

    Merged run(const std::vector<Offer>& offers) {
        Offers all;
        all.reserve(offers.size());
        for (const Offer& offer : offers) all.push_back(&offer);
        Merged merged = merge(request_.option.type, all, request_.default_value, "");
        const Offers winners = winners_of(all);
        if (!winners.empty()) merged.definition = winners.back()->definition;
        return merged;
    }

private:
    // `part`: what is below the option, for a map's keys.
    Merged merge(const OptionType& type, const Offers& offers, const Value* default_value,
                 const std::string& part) {
        if (type.kind == OptionKind::map) return merge_map(type, offers, default_value, part);
        const Offers winners = winners_of(offers);
        if (winners.empty()) return by_default(default_value);
        if (!check_unset(winners, part)) return {State::broken, {}, false, 0};
        if (winners[0]->unset) return {State::unset, {}, false, 0};
        if (request_.option.unique && winners.size() > 1) return too_many(offers, winners, part);
        return merge_winners(type, offers, winners, part);
    }

    static Merged by_default(const Value* value) {
        if (value == nullptr) return {State::unset, {}, false, 0};
        return {State::value, *value, true, 0};
    }

    static Offers winners_of(const Offers& offers) {
        core::Priority best = core::Priority::defaults;
        for (const Offer* offer : offers) best = std::max(best, offer->priority);
        Offers winners;
        for (const Offer* offer : offers)
            if (offer->priority == best) winners.push_back(offer);
        return winners;
    }

    bool check_unset(const Offers& winners, const std::string& part) {
        const auto unset = static_cast<std::size_t>(
            std::count_if(winners.begin(), winners.end(), [](const Offer* offer) { return offer->unset; }));
        if (unset == 0 || unset == winners.size()) return true;
        conflict(winners, winners, part, "is set and unset with the same priority");
        return false;
    }

    Merged merge_winners(const OptionType& type, const Offers& offers, const Offers& winners,
                         const std::string& part) {
        switch (type.kind) {
            case OptionKind::list: return list(winners, part);
            case OptionKind::set: return set(winners, part);
            case OptionKind::lines: return lines(winners, part);
            case OptionKind::optional: return optional(type, offers, winners, part);
            case OptionKind::either: return either(type, offers, winners, part);
            case OptionKind::map: return merge_map(type, winners, nullptr, part);
            case OptionKind::package:
                if (winners.size() > 1) return too_many(offers, winners, part);
                return same(offers, winners, part);
            default: return same(offers, winners, part);
        }
    }

    void note(const std::string& part, const Offer& offer) {
        if (request_.origins != nullptr) request_.origins->push_back({part, offer.definition});
    }

    Merged too_many(const Offers& offers, const Offers& winners, const std::string& part) {
        return conflict(offers, winners, part,
                        "is defined " + std::to_string(winners.size()) + " times and takes one definition");
    }

    Merged same(const Offers& offers, const Offers& winners, const std::string& part) {
        for (const Offer* offer : winners)
            if (!agree(offer->value, winners[0]->value))
                return conflict(offers, winners, part, "has conflicting definitions");
        for (const Offer* offer : winners) note(part, *offer);
        return {State::value, winners[0]->value, false, 0};
    }

    static Offers in_order(Offers winners) {
        std::stable_sort(winners.begin(), winners.end(),
                         [](const Offer* a, const Offer* b) { return a->order < b->order; });
        return winners;
    }

    Merged list(const Offers& winners, const std::string& part) {
        if (winners.size() == 1 && request_.origins == nullptr)
            return {State::value, winners[0]->value, false, 0};
        std::size_t size = 0;
        for (const Offer* offer : winners) size += offer->value.as<expression::List>()->size();
        if (size > most_items) return too_large(winners, part, std::to_string(most_items) + " items");
        expression::List items;
        for (const Offer* offer : in_order(winners)) {
            for (const Value& item : *offer->value.as<expression::List>()) {
                note(part + "[" + std::to_string(items.size()) + "]", *offer);
                items.push_back(item);
            }
        }
        return {State::value, Value(std::move(items)), false, 0};
    }

    Merged set(const Offers& winners, const std::string& part) {
        std::size_t size = 0;
        for (const Offer* offer : winners) size += offer->value.as<expression::List>()->size();
        if (size > most_items) return too_large(winners, part, std::to_string(most_items) + " items");
        std::vector<std::pair<Value, const Offer*>> items;
        for (const Offer* offer : winners)
            for (const Value& item : *offer->value.as<expression::List>()) items.emplace_back(item, offer);
        std::stable_sort(items.begin(), items.end(),
                         [](const auto& a, const auto& b) { return less(a.first, b.first); });
        expression::List united;
        for (const auto& [item, offer] : items) {
            if (united.empty() || !agree(united.back(), item)) united.push_back(item);
            note(part + "[" + std::to_string(united.size() - 1) + "]", *offer);
        }
        return {State::value, Value(std::move(united)), false, 0};
    }

    Merged lines(const Offers& winners, const std::string& part) {
        std::size_t size = 0;
        for (const Offer* offer : winners) size += offer->value.as<std::string>()->size();
        if (size > longest_text) return too_large(winners, part, "16 MiB");
        std::string text;
        for (const Offer* offer : in_order(winners)) {
            if (!text.empty() && text.back() != '\n') text += '\n';
            text += *offer->value.as<std::string>();
            note(part, *offer);
        }
        return {State::value, Value(std::move(text)), false, 0};
    }

    Merged optional(const OptionType& type, const Offers& offers, const Offers& winners,
                    const std::string& part) {
        const auto nulls = static_cast<std::size_t>(std::count_if(
            winners.begin(), winners.end(), [](const Offer* offer) { return offer->value.is_null(); }));
        if (nulls == winners.size()) return same(offers, winners, part);
        if (nulls > 0) return conflict(offers, winners, part, "is defined as null and as a value");
        return merge_winners(type.of[0], offers, winners, part);
    }

    Merged either(const OptionType& type, const Offers& offers, const Offers& winners,
                  const std::string& part) {
        for (const OptionType& alternative : type.of) {
            const bool all = std::all_of(winners.begin(), winners.end(), [&](const Offer* offer) {
                return !mismatch(alternative, offer->value);
            });
            if (!all) continue;
            return merge_winners(alternative, offers, winners, part);
        }
        return conflict(offers, winners, part,
                        "is defined as " + to_text(type.of[0]) + " and as " + to_text(type.of[1]));
    }

    // ── maps: every key by itself ──

    // Maps that have no key in common are put together; nothing has to be decided. None: something has.
    std::optional<Merged> join_maps(const OptionType& type, const Offers& offers,
                                    const Value* default_value) const {
        if (offers.empty() || default_value != nullptr || request_.origins != nullptr || has_set(type.of[0]))
            return std::nullopt;
        std::vector<expression::Map::Entry> entries;
        for (const Offer* offer : offers) {
            if (offer->unset) return std::nullopt;
            for (const auto& entry : *offer->value.as<expression::Map>()) entries.push_back(entry);
        }
        auto joined = expression::Map::from(std::move(entries));
        auto* map = std::get_if<expression::Map>(&joined);
        if (map == nullptr) return std::nullopt;
        return Merged{State::value, Value(std::move(*map)), false, 0};
    }

    Merged merge_map(const OptionType& type, const Offers& offers, const Value* default_value,
                     const std::string& part) {
        if (offers.empty()) return by_default(default_value);
        const Offer* unset = nullptr;  // of the whole map, with the highest priority
        for (const Offer* offer : offers)
            if (is_whole(*offer) && (unset == nullptr || unset->priority < offer->priority)) unset = offer;
        if (unset != nullptr) return merge_above(type, offers, *unset, part);
        std::map<std::string, std::vector<Offer>> keys;
        for (const Offer* offer : offers) {
            if (offer->unset)
                add_unset(*offer, keys);
            else
                add_keys(*offer, keys);
        }
        const auto* defaults = default_value == nullptr ? nullptr : default_value->as<expression::Map>();
        if (defaults != nullptr)
            for (const auto& entry : *defaults) keys.try_emplace(*entry.first.as<std::string>());
        return merge_keys(type, keys, defaults, part);
    }

    static bool is_whole(const Offer& offer) {
        return offer.unset && (offer.unset_keys == nullptr || offer.unset_depth == offer.unset_keys->size());
    }

    // The whole map is unset: what has a higher priority stays, what has the same contradicts.
    Merged merge_above(const OptionType& type, const Offers& offers, const Offer& unset,
                       const std::string& part) {
        Offers above, level;
        for (const Offer* offer : offers) {
            if (offer->priority > unset.priority) above.push_back(offer);
            if (offer->priority == unset.priority) level.push_back(offer);
        }
        if (!check_unset(level, part)) return {State::broken, {}, false, 0};
        if (above.empty()) return {State::unset, {}, false, 0};
        return merge_map(type, above, nullptr, part);
    }

    static void add_keys(const Offer& offer, std::map<std::string, std::vector<Offer>>& keys) {
        for (const auto& [key, item] : *offer.value.as<expression::Map>()) {
            Offer below = offer;
            below.value = item;
            const std::string& name = *key.as<std::string>();
            const core::Entry* entry = offer.source == nullptr ? nullptr : offer.source->find(name);
            below.source = entry == nullptr ? nullptr : &entry->value;
            if (below.source == nullptr) below.where = offer.place();
            keys[name].push_back(std::move(below));
        }
    }

    static void add_unset(const Offer& offer, std::map<std::string, std::vector<Offer>>& keys) {
        Offer below = offer;
        ++below.unset_depth;
        keys[(*offer.unset_keys)[offer.unset_depth]].push_back(std::move(below));
    }

    Merged merge_keys(const OptionType& type, const std::map<std::string, std::vector<Offer>>& keys,
                      const expression::Map* defaults, const std::string& part) {
        std::vector<expression::Map::Entry> entries;
        bool broken = false;
        for (const auto& [key, offers] : keys) {
            Offers below;
            for (const Offer& offer : offers) below.push_back(&offer);
            const std::string name = (part.empty() ? "" : part + ".") + join_path({key});
            Merged merged =
                merge(type.of[0], below, defaults == nullptr ? nullptr : defaults->find(key), name);
            broken = broken || merged.state == State::broken;
            if (merged.state == State::value) entries.emplace_back(Value(key), std::move(merged.value));
        }
        if (broken) return {State::broken, {}, false, 0};
        return {State::value, Value(std::get<expression::Map>(expression::Map::from(std::move(entries)))),
                false, 0};
    }

    // ── bounds: an option that joins another one twice doubles it ──
    Merged too_large(const Offers& winners, const std::string& part, const std::string& bound) {
        const std::string path =
            join_path(path_with_keys(request_.option, request_.keys)) + (part.empty() ? "" : "." + part);
        request_.reports
            .error("too-large", "'" + harmless(path) + "' gets more than " + bound, winners.back()->place())
            .help.push_back("an option that joins another one several times doubles with every step");
        return {State::broken, {}, false, 0};
    }

    // ── conflicts ──
    std::string shown(const Offer& offer) const {
        if (request_.option.sensitive) return "(sensitive)";
        if (offer.unset) return "unset";
        if (const auto* text = expression_of(offer)) return harmless(shortened(quoted(*text)));
        return harmless(shortened(expression::to_literal(offer.value)));
    }

    Merged conflict(const Offers& offers, const Offers& winners, const std::string& part,
                    const std::string& what) {
        const std::string path =
            join_path(path_with_keys(request_.option, request_.keys)) + (part.empty() ? "" : "." + part);
        const Offer& last = *winners.back();
        auto& finding = request_.reports.error("conflict", "'" + harmless(path) + "' " + what, last.place());
        finding.label =
            shown(last) + ", " + std::string(core::word(last.priority)) + ", by " + std::string(last.module);
        for (std::size_t i = 0; i + 1 < winners.size(); ++i) {
            if (i == most_shown) {
                finding.evidence.push_back({"more", count(winners.size() - 1 - i, "definition"), {}});
                break;
            }
            finding.related.push_back(
                {winners[i]->place(), shown(*winners[i]) + ", by " + std::string(winners[i]->module)});
        }
        for (const Offer* offer : offers)
            if (offer->priority != last.priority && finding.related.size() < most_shown + 2)
                finding.related.push_back(
                    {offer->place(),
                     shown(*offer) + ", " + std::string(core::word(offer->priority)) + ": lost already"});
        relate_declaration(finding, request_.option, "declared here");
        add_help(finding, last, path);
        return {State::broken, {}, false, 0};
    }

    // To be copied: all of it, or a gap that is one.
    std::string value_to_write(const Offer& offer) const {
        constexpr std::size_t longest = 120;
        if (request_.option.sensitive) return "…";
        const auto* text = expression_of(offer);
        const auto toml = text != nullptr ? quoted(*text) : written(offer.value);
        return toml && toml->size() <= longest ? harmless(*toml) : "…";
    }

    // The edit that decides it, with the value that stands last.
    void add_help(core::Finding& finding, const Offer& last, const std::string& path) const {
        if (last.priority == core::Priority::force)
            finding.help.push_back("keep one of these definitions: nothing is above priority \"force\"");
        else
            finding.help.push_back("remove one of them, or decide: [[set]] priority = \"" +
                                   std::string(last.priority == core::Priority::defaults
                                                   ? "normal\" or no priority, "
                                                   : "force\", because = \"…\", ") +
                                   (last.unset ? "unset = [" + quoted(path) + "]"
                                               : "values." + harmless(path) + " = " + value_to_write(last)));
    }

    const MergeRequest& request_;
};

}  // namespace

Merged merge(const MergeRequest& request, const std::vector<Offer>& offers) {
    return Merge(request).run(offers);
}

}  // namespace contract::evaluation
