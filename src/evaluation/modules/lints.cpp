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

// The definitions of an option, entry by entry. Options with thousands of entries are looked at once.
using ByKeys = std::map<std::string_view, std::vector<std::uint32_t>>;
struct Grouped {
    ByKeys entries;
    bool complete = true;  // false: of some the entry is computed
};

Grouped group(const ModuleSet& set, const std::vector<std::uint32_t>& definitions) {
    Grouped out;
    for (const std::uint32_t index : definitions) {
        const auto& keys = set.definitions[index].written_keys;
        if (keys)
            out.entries[*keys].push_back(index);
        else
            out.complete = false;
    }
    return out;
}

// Whether the entry that a definition is in would be there without it. `around`: all below its map.
bool has_entry_without(const ModuleSet& set, const Grouped& around, std::uint32_t index) {
    const Definition& definition = set.definitions[index];
    const std::string_view keys = *definition.written_keys;
    for (auto at = around.entries.lower_bound(keys); at != around.entries.end(); ++at) {
        if (!at->first.starts_with(keys)) return false;
        for (const std::uint32_t other : at->second) {
            const Definition& one = set.definitions[other];
            if (other != index && (one.setting == definition.setting || is_always(setting_of(set, one))))
                return true;
        }
    }
    return false;
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

// Of a definition that is alone: whether the option and its entry are there without it.
bool is_needless(const ModuleSet& set, std::uint32_t index, std::map<NodeIndex, Grouped>& maps) {
    const OptionIndex number = set.definitions[index].option;
    if (!set.options[number].replacements.empty() || !set.options[number].removals.empty()) return false;
    const Option& option = set.tree.option(number);
    if (option.placeholders == 0) return true;
    const NodeIndex map = map_around(set, option);
    auto around = maps.find(map);
    if (around == maps.end()) around = maps.emplace(map, group(set, set.maps[map].definitions)).first;
    return has_entry_without(set, around->second, index);
}

bool repeats_default(const ModuleSet& set, OptionIndex option, std::uint32_t index) {
    const Definition& definition = set.definitions[index];
    return is_constant(definition) && is_ours(set, setting_of(set, definition)) &&
           same(*set.options[option].default_value, definition.value.constant);
}

constexpr std::size_t most_items_compared = 200;

}  // namespace

void ModuleLints::look_at(const ModuleSet& set) {
    std::map<NodeIndex, Grouped> maps;
    for (OptionIndex i = 0; i < set.options.size(); ++i) {
        const Option& option = set.tree.option(i);
        // Of a sensitive value not even that it is another one's is told.
        if (option.broken || set.options[i].broken || option.sensitive) continue;
        if (!set.options[i].default_value && !is_joined(option.type)) continue;
        const Grouped grouped = group(set, set.options[i].definitions);
        if (is_joined(option.type)) judge_lists(set, i, grouped.entries);
        // What the class of a host brings along is known from the manual: to write it out is no mistake.
        const bool built_in = set.modules[option.declarations[0].second].built_in;
        if (!set.options[i].default_value || built_in || option.readonly) continue;
        for (const auto& entry : grouped.entries)
            for (const std::uint32_t index : entry.second)
                if (repeats_default(set, i, index))
                    judge_default(
                        set, index,
                        grouped.complete && entry.second.size() == 1 && is_needless(set, index, maps));
    }
}

// Removing the line would change nothing: nobody else has a say, and the default is what it says.
void ModuleLints::judge_default(const ModuleSet& set, std::uint32_t index, bool idle) {
    const Definition& definition = set.definitions[index];
    const Option& option = set.tree.option(definition.option);
    auto& entry = defaults_[{setting_of(set, definition).setting, definition.where.begin_byte}];
    entry.everywhere = entry.everywhere && idle;
    if (!idle) return;
    entry.finding =
        warning("redundant-default", "'" + path_of(set, definition) + "' is set to what it is by default",
                definition.where);
    entry.finding.label = "the default is " + shown(option, definition.value.constant);
    relate_declaration(entry.finding, option, "declared here");
    entry.finding.help.push_back("remove the line: the option is the same without it");
}

void ModuleLints::judge_lists(const ModuleSet& set, OptionIndex index,
                              const std::map<std::string_view, std::vector<std::uint32_t>>& entries) {
    constexpr std::size_t most_compared = 50;
    const Option& option = set.tree.option(index);
    const bool is_set = joined_type(option.type).kind == OptionKind::set;
    for (const auto& entry : entries) {
        std::vector<std::uint32_t> constants;
        core::Priority best = core::Priority::defaults;
        for (const std::uint32_t definition : entry.second) {
            best = std::max(best, setting_of(set, set.definitions[definition]).setting->priority);
            if (is_constant(set.definitions[definition])) constants.push_back(definition);
        }
        if (constants.size() > most_compared) continue;
        for (std::size_t i = 0; i < constants.size(); ++i) {
            if (is_set && is_ours(set, setting_of(set, set.definitions[constants[i]])))
                judge_set(set, constants[i]);
            if (!option.unique && best == core::Priority::normal)
                judge_override(set, constants, constants[i]);
            for (std::size_t j = 0; j < i; ++j) judge_pair(set, constants[j], constants[i]);
        }
    }
}

void ModuleLints::judge_set(const ModuleSet& set, std::uint32_t index) {
    const Definition& definition = set.definitions[index];
    const auto* list = definition.value.constant.as<expression::List>();
    if (list == nullptr || list->size() > most_items_compared) return;
    const auto again = repeated(*list);
    if (!again) return;
    auto finding = warning("duplicate-item",
                           "'" + path_of(set, definition) + "' names " +
                               shown(set.tree.option(definition.option), (*list)[*again]) + " twice",
                           (*definition.value.source->list())[*again].where);
    finding.help.emplace_back("remove one of the two");
    lists_.try_emplace({setting_of(set, definition).setting, definition.where.begin_byte},
                       std::move(finding));
}

// A definition whose priority nobody wrote, above others that are joined and give way. `all`: of one entry.
void ModuleLints::judge_override(const ModuleSet& set, const std::vector<std::uint32_t>& all,
                                 std::uint32_t index) {
    const Definition& definition = set.definitions[index];
    const CompiledSetting& setting = setting_of(set, definition);
    if (setting.setting->priority != core::Priority::normal || setting.setting->because ||
        !is_ours(set, setting) || replaces(set, definition.setting, definition.option))
        return;
    const Option& option = set.tree.option(definition.option);
    std::vector<core::Label> lost;
    for (const std::uint32_t other : all) {
        const CompiledSetting& theirs = setting_of(set, set.definitions[other]);
        if (theirs.setting->priority == core::Priority::defaults)
            lost.push_back(
                {set.definitions[other].where, shown(option, set.definitions[other].value.constant) +
                                                   ", by " + set.modules[theirs.module].shown + ": lost"});
    }
    if (lost.empty()) return;
    const std::string path = path_of(set, definition);
    auto finding =
        warning("silent-override", "'" + path + "' drops what others give by default", definition.where);
    finding.label = "instead of it, not added to it";
    finding.related = std::move(lost);
    finding.help.push_back("to add to it, say priority = \"default\" here too; to drop it, say replace = [" +
                           quoted(path) + "]");
    lists_.try_emplace({setting.setting, definition.where.begin_byte}, std::move(finding));
}

// Two definitions whose items are joined. "-I", "a" and "-I", "b" say two things: only one that adds nothing
// to the other is told.
void ModuleLints::judge_pair(const ModuleSet& set, std::uint32_t earlier, std::uint32_t later) {
    const auto list_of = [&](std::uint32_t index) {
        return set.definitions[index].value.constant.as<expression::List>();
    };
    const auto within = [&](std::uint32_t inner, std::uint32_t outer) {
        const auto& items = *list_of(inner);
        return !items.empty() && std::all_of(items.begin(), items.end(), [&](const Value& item) {
            return has_item(*list_of(outer), item);
        });
    };
    const CompiledSetting& first = setting_of(set, set.definitions[earlier]);
    const CompiledSetting& second = setting_of(set, set.definitions[later]);
    const Option& option = set.tree.option(set.definitions[later].option);
    const OptionType& type = joined_type(option.type);
    // The package of a program is named by everything that needs it.
    if (type.kind != OptionKind::list || type.of[0].kind == OptionKind::package || option.unique ||
        first.setting->priority != second.setting->priority || !is_always(first) || !is_always(second) ||
        list_of(earlier)->size() > most_items_compared || list_of(later)->size() > most_items_compared)
        return;
    if (!within(later, earlier)) {
        if (!within(earlier, later)) return;
        std::swap(earlier, later);
    }
    const Definition& again = set.definitions[later];
    if (!is_ours(set, setting_of(set, again))) return;
    auto finding =
        warning("duplicate-item", "'" + path_of(set, again) + "' gets nothing but items that it has already",
                again.where);
    finding.label = shown(option, again.value.constant) + " again";
    finding.related.push_back(
        {set.definitions[earlier].where, shown(option, set.definitions[earlier].value.constant)});
    finding.help.push_back(
        "remove one of the two; a list keeps each item as often as it is given, a set once");
    lists_.try_emplace({setting_of(set, again).setting, again.where.begin_byte}, std::move(finding));
}

// What an option or an input comes to may be another one tomorrow; a host is what it is.
std::vector<std::uint32_t> ModuleLints::judged_conditions(const ModuleSet& set) {
    std::vector<std::uint32_t> out;
    for (std::uint32_t i = 0; i < set.settings.size(); ++i) {
        const CompiledSetting& setting = set.settings[i];
        if (!setting.when || setting.each || !is_ours(set, setting)) continue;
        const Expression& condition = set.expressions[*setting.when];
        if (!condition.reads.empty() || !condition.needs.empty()) continue;
        const auto references = condition.program.references();
        if (std::all_of(references.begin(), references.end(), [](const auto& reference) {
                return reference.steps[0].name() == "host" || reference.steps[0].name() == "contract";
            }))
            out.push_back(i);
    }
    return out;
}

void ModuleLints::look_at(const HostRun& run) {
    const ModuleSet& set = run.modules();
    auto judged = judged_.find(&set);
    if (judged == judged_.end()) judged = judged_.emplace(&set, judged_conditions(set)).first;
    for (const std::uint32_t index : judged->second) {
        auto& entry = conditions_[set.settings[index].setting];
        entry.everywhere = entry.everywhere && run.is_active(index) == false;
        if (!entry.finding.code.empty()) continue;
        entry.finding = warning("dead-condition", "the condition is false for every host that has it",
                                set.expressions[*set.settings[index].when].literal);
        entry.finding.help.emplace_back("remove what it guards, or correct it");
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
