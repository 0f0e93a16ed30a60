// SPDX-License-Identifier: Apache-2.0
#include "lints.hpp"

#include <algorithm>
#include <tuple>

#include "contract/base/text.hpp"

namespace contract::evaluation {

namespace {

using expression::Value;

core::Finding warning(std::string_view code, std::string message, const Span& where) {
    core::Finding finding;
    finding.code = "evaluation." + std::string(code);
    finding.severity = core::Severity::warning;
    finding.message = std::move(message);
    finding.where = where;
    return finding;
}

const CompiledSetting& setting_of(const ModuleSet& set, const Definition& definition) {
    return set.settings[definition.setting];
}

// Lines of another contract, or of this program, are not ours to remove.
bool is_ours(const ModuleSet& set, const CompiledSetting& setting) {
    const LoadedModule& module = set.modules[setting.module];
    return module.scope == 0 && !module.built_in;
}

bool is_constant(const Definition& definition) {
    return !definition.unset && !definition.broken && definition.written_keys &&
           definition.value.form == CompiledValue::Form::constant && definition.value.source != nullptr;
}

bool is_always(const CompiledSetting& setting) {
    return !setting.when && !setting.each && !setting.broken;
}

bool same(const Value& a, const Value& b) {
    return a.kind() == b.kind() && a == b;
}

std::string path_of(const ModuleSet& set, const Definition& definition) {
    return harmless(
        join_path(path_with_keys(set.tree.option(definition.option), definition.written_keys.value_or(""))));
}

std::string shown(const Option& option, const Value& value) {
    return option.sensitive ? "(sensitive)" : harmless(shortened(expression::to_literal(value)));
}

// The nearest map of submodules around an option of one.
NodeIndex map_around(const ModuleSet& set, const Option& option) {
    NodeIndex map = set.tree.node(option.node).parent;
    if (is_placeholder(set.tree.node(option.node).name)) return map;
    while (!set.tree.node(map).placeholder) map = set.tree.node(map).parent;
    return map;
}

// Whether the entry that a definition is in would be there without it.
bool has_entry_without(const ModuleSet& set, std::uint32_t index) {
    const Definition& definition = set.definitions[index];
    const NodeIndex map = map_around(set, set.tree.option(definition.option));
    const auto& others = set.maps[map].definitions;
    return std::any_of(others.begin(), others.end(), [&](std::uint32_t other) {
        const Definition& one = set.definitions[other];
        return other != index && one.written_keys &&
               one.written_keys->starts_with(*definition.written_keys) &&
               (one.setting == definition.setting || is_always(setting_of(set, one)));
    });
}

// Whether nobody else has a say in the option of this entry.
bool is_alone(const ModuleSet& set, std::uint32_t index) {
    const Definition& definition = set.definitions[index];
    const CompiledOption& option = set.options[definition.option];
    if (!option.replacements.empty() || !option.removals.empty()) return false;
    return std::all_of(option.definitions.begin(), option.definitions.end(), [&](std::uint32_t other) {
        const Definition& one = set.definitions[other];
        return other == index || (one.written_keys && one.written_keys != definition.written_keys);
    });
}

const OptionType& joined_type(const OptionType& type) {
    return type.kind == OptionKind::optional ? type.of[0] : type;
}

bool is_joined(const OptionType& type) {
    const OptionKind kind = joined_type(type).kind;
    return kind == OptionKind::list || kind == OptionKind::set || kind == OptionKind::lines;
}

bool replaces(const ModuleSet& set, std::uint32_t setting, OptionIndex option) {
    const auto& all = set.options[option].replacements;
    return std::any_of(all.begin(), all.end(),
                       [&](std::uint32_t index) { return set.replacements[index].setting == setting; });
}

bool has_item(const expression::List& list, const Value& item) {
    return std::any_of(list.begin(), list.end(), [&](const Value& one) { return same(one, item); });
}

// The first item of a list that is in it before; its number.
std::optional<std::size_t> repeated(const expression::List& list) {
    for (std::size_t i = 1; i < list.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (same(list[i], list[j])) return i;
    return std::nullopt;
}

constexpr std::size_t most_items_compared = 200;

}  // namespace

void ModuleLints::look_at(const ModuleSet& set) {
    for (std::uint32_t i = 0; i < set.definitions.size(); ++i)
        if (set.definitions[i].option != entry_only) judge_default(set, i);
    for (OptionIndex option = 0; option < set.options.size(); ++option)
        if (is_joined(set.tree.option(option).type)) judge_lists(set, option);
}

// Removing the line would change nothing: nobody else has a say, and the default is what it says.
void ModuleLints::judge_default(const ModuleSet& set, std::uint32_t index) {
    const Definition& definition = set.definitions[index];
    const CompiledSetting& setting = setting_of(set, definition);
    if (!is_constant(definition) || !is_ours(set, setting)) return;
    const Option& option = set.tree.option(definition.option);
    const CompiledOption& compiled = set.options[definition.option];
    const auto& standard = compiled.default_value;
    // What the class of a host brings along is known from the manual: to write it out is no mistake.
    if (set.modules[option.declarations[0].second].built_in) return;
    const bool idle = standard && !option.broken && !compiled.broken && !option.readonly &&
                      same(*standard, definition.value.constant) && is_alone(set, index) &&
                      (option.placeholders == 0 || has_entry_without(set, index));
    auto& entry = defaults_[{setting.setting, definition.where.begin_byte}];
    entry.everywhere = entry.everywhere && idle;
    if (!idle) return;
    entry.finding =
        warning("redundant-default", "'" + path_of(set, definition) + "' is set to what it is by default",
                definition.where);
    entry.finding.label = "the default is " + shown(option, *standard);
    relate_declaration(entry.finding, option, "declared here");
    entry.finding.help.push_back("remove the line: the option is the same without it");
}

void ModuleLints::judge_lists(const ModuleSet& set, OptionIndex option) {
    const auto& definitions = set.options[option].definitions;
    for (std::size_t i = 0; i < definitions.size(); ++i) {
        const Definition& later = set.definitions[definitions[i]];
        if (!is_constant(later) || !is_ours(set, setting_of(set, later))) continue;
        const auto* list = later.value.constant.as<expression::List>();
        const bool is_set = joined_type(set.tree.option(option).type).kind == OptionKind::set;
        if (is_set && list != nullptr && list->size() <= most_items_compared)
            if (const auto again = repeated(*list)) {
                const Span& where = (*later.value.source->list())[*again].where;
                lists_.try_emplace({setting_of(set, later).setting, later.where.begin_byte},
                                   warning("duplicate-item",
                                           "'" + path_of(set, later) + "' names " +
                                               shown(set.tree.option(option), (*list)[*again]) + " twice",
                                           where));
            }
        for (std::size_t j = 0; j < definitions.size(); ++j)
            if (i != j && is_constant(set.definitions[definitions[j]]) &&
                set.definitions[definitions[j]].written_keys == later.written_keys)
                judge_pair(set, definitions[j], definitions[i]);
    }
}

// Two definitions of one option whose values are joined, when they are of one priority.
void ModuleLints::judge_pair(const ModuleSet& set, std::uint32_t earlier, std::uint32_t later) {
    const Definition& one = set.definitions[earlier];
    const Definition& other = set.definitions[later];
    const CompiledSetting& first = setting_of(set, one);
    const CompiledSetting& second = setting_of(set, other);
    const Option& option = set.tree.option(other.option);
    const Place place{second.setting, other.where.begin_byte};
    const core::Priority lower = first.setting->priority;
    const core::Priority upper = second.setting->priority;
    if (lower < upper && upper == core::Priority::normal && !second.setting->because &&
        !replaces(set, other.setting, other.option)) {
        auto finding = warning("silent-override",
                               "'" + path_of(set, other) + "' drops what '" +
                                   set.modules[first.module].shown + "' gives by default",
                               other.where);
        finding.label = "is all there is";
        finding.related.push_back({one.where, shown(option, one.value.constant) + ": lost"});
        finding.help.push_back(
            "to add to it, say priority = \"default\" here too; to drop it, say replace = [" +
            quoted(path_of(set, other)) + "]");
        lists_.try_emplace(place, std::move(finding));
        return;
    }
    // The package of a program is named by everything that needs it.
    const OptionType& type = joined_type(option.type);
    const auto* before = one.value.constant.as<expression::List>();
    const auto* after = other.value.constant.as<expression::List>();
    if (earlier > later || lower != upper || type.kind != OptionKind::list || before == nullptr ||
        after == nullptr || after->empty() || type.of[0].kind == OptionKind::package ||
        before->size() > most_items_compared || after->size() > most_items_compared || !is_always(first) ||
        !is_always(second))
        return;
    // "-I", "a" and "-I", "b" say two things: only a list that adds nothing is told.
    if (!std::all_of(after->begin(), after->end(),
                     [&](const Value& item) { return has_item(*before, item); }))
        return;
    auto finding =
        warning("duplicate-item", "'" + path_of(set, other) + "' gets nothing but items that it has already",
                other.where);
    finding.label = shown(option, other.value.constant) + " again";
    finding.related.push_back({one.where, shown(option, one.value.constant)});
    finding.help.push_back(
        "remove one of the two; a list keeps each item as often as it is given, a set once");
    lists_.try_emplace(place, std::move(finding));
}

void ModuleLints::look_at(const HostRun& run) {
    const ModuleSet& set = run.modules();
    for (std::uint32_t i = 0; i < set.settings.size(); ++i) {
        const CompiledSetting& setting = set.settings[i];
        if (!setting.when || setting.each || !is_ours(set, setting)) continue;
        const Expression& condition = set.expressions[*setting.when];
        // What an option or an input comes to may be another one tomorrow; a host is what it is.
        if (!condition.reads.empty() || !condition.needs.empty()) continue;
        const auto references = condition.program.references();
        const bool only_host = std::all_of(references.begin(), references.end(), [](const auto& reference) {
            return reference.steps[0].name() == "host" || reference.steps[0].name() == "contract";
        });
        const auto active = run.is_active(i);
        if (!only_host) continue;
        auto& entry = conditions_[setting.setting];
        entry.everywhere = entry.everywhere && active == false;
        if (entry.finding.code.empty()) {
            entry.finding = warning("dead-condition", "the condition is false for every host that has it",
                                    condition.literal);
            entry.finding.help.emplace_back("remove what it guards, or correct it");
        }
    }
}

std::vector<core::Finding> ModuleLints::findings(bool conditions) const {
    std::vector<core::Finding> out;
    for (const auto& entry : defaults_)
        if (entry.second.everywhere) out.push_back(entry.second.finding);
    for (const auto& entry : lists_) out.push_back(entry.second);
    if (conditions)
        for (const auto& entry : conditions_)
            if (entry.second.everywhere) out.push_back(entry.second.finding);
    std::sort(out.begin(), out.end(), [](const core::Finding& a, const core::Finding& b) {
        return std::tuple(a.where->file, a.where->begin_byte, a.code) <
               std::tuple(b.where->file, b.where->begin_byte, b.code);
    });
    return out;
}

}  // namespace contract::evaluation
