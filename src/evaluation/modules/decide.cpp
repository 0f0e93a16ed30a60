// SPDX-License-Identifier: Apache-2.0
//
// Deciding: which settings are active and how often, which entries a map of submodules has, and the value of
// each option from those of its definitions that count.
#include <algorithm>

#include "contract/base/text.hpp"
#include "host_run.hpp"

namespace contract::evaluation {

using expression::Value;

namespace {

// Doubling step by step is a short text: what one host may come to is bounded.
constexpr std::size_t most_iterations = 100'000;

std::size_t placeholders_to(const OptionTree& tree, NodeIndex map) {
    std::size_t number = 0;
    for (NodeIndex at = map; at != OptionTree::root; at = tree.node(at).parent)
        number += is_placeholder(tree.node(at).name) ? 1 : 0;
    return number;
}

}  // namespace

// ── settings ──

const HostRun::SettingState& HostRun::setting(std::uint32_t index) {
    if (shared_ != nullptr && !set_.settings[index].varies && shared_->settings_[index].known)
        return shared_->settings_[index];
    SettingState& state = settings_[index];
    if (!state.known) decide_setting(index, state);
    return state;
}

std::optional<bool> HostRun::condition(ExpressionIndex index, const Value& each) {
    const auto value = evaluate(index, each);
    if (!value) return std::nullopt;
    if (const auto truth = value->as<bool>()) return *truth;
    const Expression& expression = set_.expressions[index];
    reports_.error("expression",
                   "the condition is " + std::string(expression::word(value->kind())) + ", not bool",
                   place(expression, 0, expression.program.text().size()));
    return std::nullopt;
}

void HostRun::decide_setting(std::uint32_t index, SettingState& state) {
    const CompiledSetting& compiled = set_.settings[index];
    state.known = true;
    state.broken = compiled.broken;
    if (state.broken) return;
    const bool each_time = compiled.when && compiled.each && set_.expressions[*compiled.when].reads_each;
    if (compiled.when && !each_time) {
        const auto truth = condition(*compiled.when, Value());
        state.broken = !truth;
        if (!truth || !*truth) return;
    }
    if (!compiled.each) {
        state.iterations.push_back({Value()});
        return;
    }
    const auto over = evaluate(*compiled.each, Value());
    if (!over) {
        state.broken = true;
        return;
    }
    iterate(*over, compiled, state);
    if (!each_time) return;
    std::vector<Iteration> kept;
    for (const auto& iteration : state.iterations) {
        const auto truth = condition(*compiled.when, iteration.each);
        state.broken = state.broken || !truth;
        if (truth && *truth) kept.push_back(iteration);
    }
    state.iterations = std::move(kept);
}

void HostRun::iterate(const Value& over, const CompiledSetting& compiled, SettingState& state) {
    const auto* items = over.as<expression::List>();
    const auto* entries = over.as<expression::Map>();
    iterations_ += items != nullptr ? items->size() : entries != nullptr ? entries->size() : 0;
    if (iterations_ > most_iterations) {
        const Expression& expression = set_.expressions[*compiled.each];
        state.broken = true;
        if (too_many_told_) return;
        too_many_told_ = true;
        reports_
            .error("too-large",
                   "the `for` of a host make more than " + std::to_string(most_iterations) + " entries",
                   place(expression, 0, expression.program.text().size()))
            .help.push_back("a `for` over what another `for` makes multiplies; remove a step between");
        return;
    }
    const auto add = [&](Value key, Value value) {
        expression::Map each;
        each.set("key", std::move(key));
        each.set("value", std::move(value));
        state.iterations.push_back({Value(std::move(each))});
    };
    if (items != nullptr) {
        for (std::size_t i = 0; i < items->size(); ++i) add(static_cast<std::int64_t>(i), (*items)[i]);
    } else if (entries != nullptr) {
        for (const auto& [key, value] : *entries) add(key, value);
    } else {
        const Expression& expression = set_.expressions[*compiled.each];
        reports_.error("expression",
                       "'for' needs a list or a map, not " + std::string(expression::word(over.kind())),
                       place(expression, 0, expression.program.text().size()));
        state.broken = true;
    }
}

// ── options ──

std::vector<std::uint32_t> HostRun::active_replacements(const std::vector<std::uint32_t>& all, bool report,
                                                        bool& undecidable) {
    std::vector<std::uint32_t> active;
    for (const auto index : all) {
        const auto& state = setting(set_.replacements[index].setting);
        undecidable = undecidable || state.broken;
        if (state.iterations.empty()) continue;
        const auto priority = set_.settings[set_.replacements[index].setting].setting->priority;
        for (const auto other : active) {
            const auto& earlier = set_.replacements[other];
            if (set_.settings[earlier.setting].setting->priority != priority ||
                earlier.setting == set_.replacements[index].setting)
                continue;
            undecidable = true;
            if (!report) continue;
            auto& finding =
                reports_.error("conflict", "'" + set_.tree.path_of(earlier.node) + "' is replaced twice",
                               set_.replacements[index].text->where);
            finding.related.push_back({earlier.text->where, "replaced here too, with the same priority"});
            finding.help.push_back(
                "remove one of them, or give one priority = \"force\" and because = \"…\"");
        }
        active.push_back(index);
    }
    return active;
}

bool HostRun::is_replaced(const Candidate& candidate, const std::vector<std::uint32_t>& active) const {
    const auto setting = set_.definitions[candidate.definition].setting;
    return std::any_of(active.begin(), active.end(), [&](std::uint32_t index) {
        const auto& replacement = set_.replacements[index];
        return replacement.setting != setting && set_.settings[setting].setting->priority <=
                                                     set_.settings[replacement.setting].setting->priority;
    });
}

bool HostRun::collect(const std::vector<std::uint32_t>& indices,
                      const std::vector<std::uint32_t>& replacements,
                      const std::vector<std::uint32_t>& removals, std::size_t keys, bool report,
                      std::vector<Candidate>& found) {
    bool undecidable = false;
    const auto active = active_replacements(replacements, report, undecidable);
    for (const auto index : indices) {
        const Definition& definition = set_.definitions[index];
        const SettingState& state = setting(definition.setting);
        // Which entry it is of is known, even when its value has a mistake.
        const bool no_value = definition.broken && definition.option != entry_only && report;
        undecidable = undecidable || state.broken || no_value;
        if (no_value) continue;
        for (std::uint32_t i = 0; i < state.iterations.size(); ++i) {
            Candidate candidate{index, i, ""};
            if (keys > 0) {
                auto made = keys_of(definition, keys, state.iterations[i].each);
                undecidable = undecidable || !made;
                if (!made) continue;
                candidate.keys = std::move(*made);
            }
            if (!active.empty() && is_replaced(candidate, active)) continue;
            found.push_back(std::move(candidate));
        }
    }
    for (const auto index : removals) {
        const Removal& removal = set_.removals[index];
        const SettingState& state = setting(removal.setting);
        undecidable = undecidable || state.broken;
        if (state.iterations.empty()) continue;
        std::string prefix;
        for (const auto& key : removal.keys) prefix += key + '\0';
        const auto priority = set_.settings[removal.setting].setting->priority;
        std::erase_if(found, [&](const Candidate& candidate) {
            return candidate.keys.starts_with(prefix) &&
                   set_.settings[set_.definitions[candidate.definition].setting].setting->priority <=
                       priority;
        });
    }
    return !undecidable;
}

void HostRun::decide_map(NodeIndex index) {
    const CompiledMap& map = set_.maps[index];
    decided_maps_[index] = 1;
    if (map.broken) return;
    const std::size_t keys = placeholders_to(set_.tree, index) + 1;
    std::vector<Candidate> found;
    if (!collect(map.definitions, map.replacements, map.removals, keys, false, found))
        undecided_maps_[index] = 1;
    auto& entries = entries_[index];
    for (auto& candidate : found) entries.push_back({std::move(candidate.keys), candidate.definition});
    std::stable_sort(entries.begin(), entries.end(),
                     [](const MapEntry& a, const MapEntry& b) { return a.keys < b.keys; });
    entries.erase(std::unique(entries.begin(), entries.end(),
                              [](const MapEntry& a, const MapEntry& b) { return a.keys == b.keys; }),
                  entries.end());
}

void HostRun::decide_option(OptionIndex index) {
    const CompiledOption& compiled = set_.options[index];
    if (compiled.broken || compiled.definitions.empty()) return;
    const Option& option = set_.tree.option(index);
    std::vector<Candidate> found;
    if (!collect(compiled.definitions, compiled.replacements, compiled.removals, option.placeholders, true,
                 found))
        broken_options_[index] = 1;
    const auto by_keys = [](const Candidate& a, const Candidate& b) { return a.keys < b.keys; };
    if (option.placeholders > 0 && !std::is_sorted(found.begin(), found.end(), by_keys))
        std::stable_sort(found.begin(), found.end(), by_keys);
    auto& resolved = options_[index];
    for (std::size_t begin = 0; begin < found.size();) {
        std::size_t end = begin + 1;
        while (end < found.size() && found[end].keys == found[begin].keys) ++end;
        auto alone = end - begin == 1 ? resolve_alone(index, found[begin]) : std::nullopt;
        resolved.push_back(alone ? std::move(*alone)
                                 : resolve(index, std::span(found).subspan(begin, end - begin), nullptr));
        check_constraints(index, resolved.back());
        begin = end;
    }
}

// One definition that needs no merging: the usual case, so the short way. None: take the long one.
std::optional<Resolved> HostRun::resolve_alone(OptionIndex index, Candidate& candidate) {
    const Definition& definition = set_.definitions[candidate.definition];
    const Option& option = set_.tree.option(index);
    const bool merges =
        has_set(option.type) || (option.type.kind == OptionKind::map && set_.options[index].default_value);
    if (definition.unset || merges) return std::nullopt;
    Resolved out;
    out.keys = std::move(candidate.keys);
    out.definitions.push_back(candidate.definition);
    out.merged.definition = candidate.definition;
    if (definition.value.form == CompiledValue::Form::constant) {
        out.merged.value = definition.value.constant;
    } else {
        auto made = value(definition.value, setting(definition.setting).iterations[candidate.iteration].each);
        if (made && mismatch(option.type, *made)) {
            candidate.keys = std::move(out.keys);
            return std::nullopt;
        }
        out.merged.state = made ? Merged::State::value : Merged::State::broken;
        if (made) out.merged.value = std::move(*made);
        return out;
    }
    out.merged.state = Merged::State::value;
    return out;
}

bool HostRun::offer(const Candidate& candidate, Offer& out) {
    const Definition& definition = set_.definitions[candidate.definition];
    const CompiledSetting& compiled = set_.settings[definition.setting];
    out.definition = candidate.definition;
    out.priority = compiled.setting->priority;
    out.order = compiled.setting->order;
    out.where = definition.where;
    out.module = set_.modules[compiled.module].shown;
    out.unset = definition.unset;
    if (definition.unset) {
        if (!definition.unset_keys.empty()) out.unset_keys = &definition.unset_keys;
        return true;
    }
    auto made = value(definition.value, setting(definition.setting).iterations[candidate.iteration].each);
    if (!made) return false;
    out.value = std::move(*made);
    out.source = definition.value.source;
    return true;
}

namespace {

// A package or input where a string is wanted is its path. True: there was one.
bool render_paths(const OptionType& type, Value& value) {
    if (const auto* list = value.as<expression::List>(); list != nullptr && !type.of.empty()) {
        expression::List items = *list;
        bool some = false;
        for (Value& item : items) some = render_paths(type.of[0], item) || some;
        if (some) value = Value(std::move(items));
        return some;
    }
    const auto* map = value.as<expression::Map>();
    if (map == nullptr) return false;
    if (type.kind == OptionKind::optional) return render_paths(type.of[0], value);
    if (type.kind == OptionKind::map) {
        expression::Map entries;
        bool some = false;
        for (auto [key, item] : *map) {
            some = render_paths(type.of[0], item) || some;
            entries.set(key, std::move(item));
        }
        if (some) value = Value(std::move(entries));
        return some;
    }
    const Value* path = map->find("path");
    if (path == nullptr || path->kind() != expression::Kind::string) return false;
    value = *path;
    return true;
}

}  // namespace

void HostRun::check_type(OptionIndex index, const std::string& keys, std::vector<Offer>& offers,
                         bool& broken) {
    const Option& option = set_.tree.option(index);
    core::Priority best = core::Priority::defaults;
    for (const Offer& offer : offers) best = std::max(best, offer.priority);
    std::erase_if(offers, [&](Offer& offer) {
        const auto& compiled = set_.definitions[offer.definition].value;
        if (offer.unset || compiled.form == CompiledValue::Form::constant) return false;
        auto wrong = mismatch(option.type, offer.value);
        if (wrong && render_paths(option.type, offer.value)) wrong = mismatch(option.type, offer.value);
        if (!wrong) return false;
        const bool lost = option.type.kind != OptionKind::map && offer.priority < best;
        Reports mine;
        report_mismatch(mine, option, path_of(index, keys), *wrong, *compiled.source);
        for (auto& finding : mine.take()) {
            if (lost) finding.severity = core::Severity::warning;
            reports_.add(std::move(finding));
        }
        broken = broken || !lost;
        return true;
    });
}

Resolved HostRun::resolve(OptionIndex index, std::span<const Candidate> group, std::vector<Origin>* origins) {
    const Option& option = set_.tree.option(index);
    Resolved out;
    out.keys = group[0].keys;
    std::vector<Offer> offers;
    offers.reserve(group.size());
    bool broken = false;
    for (const Candidate& candidate : group) {
        out.definitions.push_back(candidate.definition);
        Offer made;
        if (offer(candidate, made))
            offers.push_back(std::move(made));
        else
            broken = true;
    }
    check_type(index, out.keys, offers, broken);
    if (broken) {
        out.merged.state = Merged::State::broken;
        return out;
    }
    const auto& default_value = set_.options[index].default_value;
    // Alone and whole: nothing to merge.
    if (offers.size() == 1 && !offers[0].unset && origins == nullptr &&
        (option.type.kind != OptionKind::map || !default_value) && !has_set(option.type)) {
        out.merged = {Merged::State::value, std::move(offers[0].value), false, offers[0].definition};
        return out;
    }
    const MergeRequest request{option, out.keys, default_value ? &*default_value : nullptr, reports_,
                               origins};
    out.merged = merge(request, offers);
    return out;
}

void HostRun::check_constraints(OptionIndex index, const Resolved& resolved) {
    const auto& constraints = set_.options[index].constraints;
    if (constraints.empty() || resolved.merged.state != Merged::State::value || resolved.merged.from_default)
        return;
    std::vector<const core::Value*> sources;
    for (const auto definition : resolved.definitions)
        sources.push_back(set_.definitions[definition].value.source);
    evaluation::check_constraints(constraints, set_.tree.option(index), path_of(index, resolved.keys),
                                  resolved.merged.value, sources,
                                  set_.definitions[resolved.merged.definition].where, reports_);
}

}  // namespace contract::evaluation
