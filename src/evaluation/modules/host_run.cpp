// SPDX-License-Identifier: Apache-2.0
#include "host_run.hpp"

#include <algorithm>

#include "contract/base/text.hpp"
#include "contract/manifest/manifest_file.hpp"
#include "texts.hpp"

namespace contract::evaluation {

using expression::Problem;
using expression::Value;

namespace {

// A Problem that says: the reason was told where it arose.
constexpr const char* told = "told";

// Doubling step by step is a short text: what one host may come to is bounded.
constexpr std::size_t most_iterations = 100'000;
constexpr std::size_t longest_text = std::size_t{16} << 20;

std::size_t placeholders_to(const OptionTree& tree, NodeIndex map) {
    std::size_t number = 0;
    for (NodeIndex at = map; at != OptionTree::root; at = tree.node(at).parent)
        number += is_placeholder(tree.node(at).name) ? 1 : 0;
    return number;
}

}  // namespace

std::vector<std::string> split_keys(std::string_view keys) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < keys.size();) {
        const std::size_t end = keys.find('\0', at);
        out.emplace_back(keys.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

// ── what expressions see ──

// `config`, or a table of options below it, while options are being decided.
class HostRun::Config final : public expression::Object {
public:
    Config(const HostRun& run, NodeIndex node, std::string keys)
        : run_(run), node_(node), keys_(std::move(keys)) {}

    std::variant<Value, expression::Absent, Problem> field(std::string_view key) const override {
        const OptionTree& tree = run_.set_.tree;
        auto child = tree.child(node_, key);
        if (!child) child = tree.old_child(node_, key);
        if (!child && tree.node(node_).doubtful) return Problem{told, "", 0, 0, {}};
        if (!child) return expression::Absent{};
        if (!is_placeholder(tree.node(*child).name)) return below(led_to(*child), keys_);
        std::string keys = keys_ + std::string(key) + '\0';
        if (!tree.node(node_).placeholder) return below(led_to(*child), std::move(keys));
        const bool decided = run_.set_.maps[node_].varies ? run_.decided_maps_[node_] != 0 : true;
        if (decided) {
            const auto& entries = run_.entries(node_);
            const auto found = std::lower_bound(
                entries.begin(), entries.end(), keys,
                [](const MapEntry& entry, const std::string& wanted) { return entry.keys < wanted; });
            if (found == entries.end() || found->keys != keys) {
                if (run_.is_undecided(node_)) return Problem{told, "", 0, 0, {}};
                return expression::Absent{};
            }
        }
        return below(*child, std::move(keys));
    }

    expression::Outcome whole() const override {
        const OptionTree& tree = run_.set_.tree;
        expression::Map fields;
        const auto add = [&](const std::string& name, NodeIndex child,
                             std::string keys) -> std::optional<Problem> {
            auto found = below(child, std::move(keys));
            if (auto* problem = std::get_if<Problem>(&found)) {
                if (problem->code == told) return std::move(*problem);
                return std::nullopt;  // an unset option is no field
            }
            auto& value = std::get<Value>(found);
            if (const auto* object = value.as<expression::Object>()) {
                auto inner = object->whole();
                if (auto* problem = std::get_if<Problem>(&inner)) return std::move(*problem);
                value = std::get<Value>(std::move(inner));
            }
            fields.set(Value(name), std::move(value));
            return std::nullopt;
        };
        const Node& node = tree.node(node_);
        if (node.placeholder) {
            if (run_.is_undecided(node_)) return Problem{told, "", 0, 0, {}};
            for (const MapEntry& entry : run_.entries(node_)) {
                if (!entry.keys.starts_with(keys_)) continue;
                const std::string name =
                    entry.keys.substr(keys_.size(), entry.keys.size() - keys_.size() - 1);
                if (auto problem = add(name, *node.placeholder, entry.keys)) return std::move(*problem);
            }
        }
        for (const auto& [name, child] : node.children)
            if (auto problem = add(name, child, keys_)) return std::move(*problem);
        return Value(std::move(fields));
    }

private:
    // Where a name of old leads.
    NodeIndex led_to(NodeIndex child) const { return run_.set_.tree.node(child).moved_to.value_or(child); }

    std::variant<Value, expression::Absent, Problem> below(NodeIndex child, std::string keys) const {
        const Node& node = run_.set_.tree.node(child);
        if (node.doubtful && !node.option && node.children.empty() && !node.placeholder)
            return Problem{told, "", 0, 0, {}};
        if (!node.option) return Value(std::make_shared<const Config>(run_, child, std::move(keys)));
        Merged merged = run_.value(*node.option, keys);
        if (merged.state == Merged::State::value) return std::move(merged.value);
        if (merged.state == Merged::State::broken) return Problem{told, "", 0, 0, {}};
        const Option& option = run_.set_.tree.option(*node.option);
        Problem problem{"value", "'" + run_.path_of(*node.option, keys) + "' has no value", 0, 0, {}};
        const Span& where = option.where();
        problem.help.push_back(
            "it is declared without a default" +
            (where.file.empty() ? std::string() : " at " + where.file + ":" + std::to_string(where.line)) +
            "; set it");
        return problem;
    }

    const HostRun& run_;
    NodeIndex node_;
    std::string keys_;
};

class HostRun::Names final : public expression::Variables {
public:
    Names(const HostRun& run, std::size_t scope, const Value& each)
        : run_(run), scope_(run.surroundings_.variables(scope)), each_(each) {}
    const Value* find(std::string_view name) const override {
        if (name == "config") return &run_.config_;
        if (name == "host") return &run_.host_;
        if (name == "each") return &each_;
        return scope_.find(name);
    }

private:
    const HostRun& run_;
    const expression::Variables& scope_;
    const Value& each_;
};

// ── making ──

HostRun::HostRun(const ModuleSet& set, const Surroundings& surroundings, const HostRun* shared)
    : set_(set),
      surroundings_(surroundings),
      shared_(shared),
      config_(std::make_shared<const Config>(*this, OptionTree::root, "")),
      settings_(set.settings.size()),
      options_(set.options.size()),
      broken_options_(set.options.size(), 0),
      entries_(set.maps.size()),
      decided_maps_(set.maps.size(), 0),
      undecided_maps_(set.maps.size(), 0),
      used_(set.expressions.size(), 0) {}

HostRun::HostRun(const ModuleSet& set, const Surroundings& surroundings)
    : HostRun(set, surroundings, nullptr) {}

HostRun::HostRun(const HostRun& shared, const HostFacts& host)
    : HostRun(shared.set_, shared.surroundings_, &shared) {
    expression::Map facts;
    facts.set("name", host.name);
    facts.set("group", host.group);
    facts.set("index", host.index ? Value(*host.index) : Value());
    facts.set("class", host.host_class);
    facts.set("system", host.system);
    host_ = Value(std::move(facts));
}

HostRun::~HostRun() = default;

bool HostRun::failed() const {
    return failed_ || (shared_ != nullptr && shared_->failed());
}

std::set<std::string> HostRun::blocked_by() const {
    auto all = blocked_by_;
    if (shared_ != nullptr) all.insert(shared_->blocked_by_.begin(), shared_->blocked_by_.end());
    return all;
}

std::vector<ExpressionIndex> HostRun::used() const {
    std::vector<ExpressionIndex> out;
    for (ExpressionIndex i = 0; i < used_.size(); ++i)
        if (used_[i] != 0 || (shared_ != nullptr && shared_->used_[i] != 0)) out.push_back(i);
    return out;
}

// ── looking ──

const std::vector<Resolved>& HostRun::resolved(OptionIndex option) const {
    if (shared_ != nullptr && !set_.options[option].varies) return shared_->resolved(option);
    return options_[option];
}

const std::vector<MapEntry>& HostRun::entries(NodeIndex map) const {
    if (shared_ != nullptr && !set_.maps[map].varies) return shared_->entries(map);
    return entries_[map];
}

bool HostRun::is_undecided(NodeIndex map) const {
    const HostRun& owner = shared_ != nullptr && !set_.maps[map].varies ? *shared_ : *this;
    return set_.maps[map].broken || owner.undecided_maps_[map] != 0;
}

const Resolved* HostRun::find(OptionIndex option, const std::string& keys) const {
    const auto& all = resolved(option);
    const auto found = std::lower_bound(all.begin(), all.end(), keys,
                                        [](const Resolved& a, const std::string& b) { return a.keys < b; });
    return found == all.end() || found->keys != keys ? nullptr : &*found;
}

Merged HostRun::value(OptionIndex option, const std::string& keys) const {
    const bool shared = shared_ != nullptr && !set_.options[option].varies;
    const HostRun& owner = shared ? *shared_ : *this;
    if (set_.options[option].broken || owner.broken_options_[option] != 0)
        return {Merged::State::broken, {}, false, 0};
    if (const Resolved* found = find(option, keys)) {
        if (found->merged.state != Merged::State::unset) return found->merged;
    } else if (const auto& value = set_.options[option].default_value) {
        return {Merged::State::value, *value, true, 0};
    }
    if (set_.options[option].bad_default) return {Merged::State::broken, {}, false, 0};
    if (set_.tree.option(option).type.kind == OptionKind::optional)
        return {Merged::State::value, Value(), true, 0};
    return {Merged::State::unset, {}, false, 0};
}

std::string HostRun::path_of(OptionIndex option, const std::string& keys) const {
    std::vector<std::string> path = set_.tree.option(option).path;
    auto values = split_keys(keys);
    std::size_t next = 0;
    for (std::string& part : path)
        if (is_placeholder(part) && next < values.size()) part = values[next++];
    return join_path(path);
}

Span HostRun::place(const Expression& expression, std::size_t begin, std::size_t end) const {
    const auto source = surroundings_.sources().find(expression.literal.file);
    if (source == surroundings_.sources().end()) return expression.literal;
    return manifest::span_in_string(source->second, expression.literal, expression.offset + begin,
                                    expression.offset + end);
}

// ── evaluating ──

std::optional<Value> HostRun::evaluate(ExpressionIndex index, const Value& each) {
    const Expression& expression = set_.expressions[index];
    used_[index] = 1;
    if (!expression.needs.empty()) {
        const auto missing = surroundings_.unusable(expression.needs);
        blocked_by_.insert(missing.begin(), missing.end());
        if (!missing.empty()) return std::nullopt;
    }
    const Names names(*this, set_.modules[expression.module].scope, each);
    auto outcome = expression.program.evaluate(names);
    if (const auto* problem = std::get_if<Problem>(&outcome)) {
        if (problem->code == told) return std::nullopt;
        auto& finding =
            reports_.error("expression", problem->message, place(expression, problem->begin, problem->end));
        finding.help = problem->help;
        if (expression.sensitive) {  // messages quote values
            finding.message = "the expression has no value for a sensitive value, which is not shown";
            finding.help.clear();
        }
        return std::nullopt;
    }
    auto& value = std::get<Value>(outcome);
    if (const auto* object = value.as<expression::Object>()) {
        auto whole = object->whole();
        if (std::get_if<Problem>(&whole)) return std::nullopt;
        return std::get<Value>(std::move(whole));
    }
    return std::move(value);
}

std::optional<std::string> HostRun::text(const CompiledText& text, const Value& each, Span where) {
    std::string out;
    for (const auto& part : text.parts) {
        if (!part.expression) {
            out += part.text;
            continue;
        }
        const auto value = evaluate(*part.expression, each);
        if (!value) return std::nullopt;
        const auto* string = value->as<std::string>();
        out += string != nullptr ? *string : expression::to_text(*value);
        if (out.size() <= longest_text) continue;
        reports_.error("too-large", "the text gets longer than 16 MiB", where)
            .help.push_back("an option that holds itself several times over doubles with every step");
        return std::nullopt;
    }
    if (out.find('\0') == std::string::npos) return out;
    reports_.error("bad-value", "the text has a NUL character", where);
    return std::nullopt;
}

std::optional<Value> HostRun::value(const CompiledValue& compiled, const Value& each) {
    switch (compiled.form) {
        case CompiledValue::Form::constant: return compiled.constant;
        case CompiledValue::Form::text: {
            // Exactly one interpolation keeps its type.
            if (compiled.text.parts.size() == 1 && compiled.text.parts[0].expression)
                return evaluate(*compiled.text.parts[0].expression, each);
            auto rendered = text(compiled.text, each, compiled.source->where);
            if (!rendered) return std::nullopt;
            return Value(std::move(*rendered));
        }
        case CompiledValue::Form::list: {
            expression::List items;
            for (const auto& item : compiled.items) {
                auto made = value(item, each);
                if (!made) return std::nullopt;
                items.push_back(std::move(*made));
            }
            return Value(std::move(items));
        }
        case CompiledValue::Form::map: {
            expression::Map fields;
            for (const auto& [key, item] : compiled.entries) {
                auto name = text(key, each, compiled.source->where);
                auto made = value(item, each);
                if (!name || !made) return std::nullopt;
                fields.set(Value(std::move(*name)), std::move(*made));
            }
            return Value(std::move(fields));
        }
    }
    return std::nullopt;
}

std::optional<std::string> HostRun::keys_of(const Definition& definition, std::size_t number,
                                            const Value& each) {
    std::string keys;
    for (std::size_t i = 0; i < number; ++i) {
        const auto key = text(definition.keys[i], each, definition.where);
        if (!key) return std::nullopt;
        keys += *key;
        keys += '\0';
    }
    return keys;
}

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
    if (option.placeholders > 0)
        std::stable_sort(found.begin(), found.end(),
                         [](const Candidate& a, const Candidate& b) { return a.keys < b.keys; });
    for (std::size_t begin = 0; begin < found.size();) {
        std::size_t end = begin + 1;
        while (end < found.size() && found[end].keys == found[begin].keys) ++end;
        const std::vector<Candidate> group(found.begin() + static_cast<std::ptrdiff_t>(begin),
                                           found.begin() + static_cast<std::ptrdiff_t>(end));
        options_[index].push_back(resolve(index, group, nullptr));
        check_constraints(index, options_[index].back());
        begin = end;
    }
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

void HostRun::check_type(const Option& option, const std::string& path, std::vector<Offer>& offers,
                         bool& broken) {
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
        report_mismatch(mine, option, path, *wrong, *compiled.source);
        for (auto& finding : mine.take()) {
            if (lost) finding.severity = core::Severity::warning;
            reports_.add(std::move(finding));
        }
        broken = broken || !lost;
        return true;
    });
}

Resolved HostRun::resolve(OptionIndex index, const std::vector<Candidate>& group,
                          std::vector<Origin>* origins) {
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
    check_type(option, path_of(index, out.keys), offers, broken);
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
    const MergeRequest request{option, path_of(index, out.keys), default_value ? &*default_value : nullptr,
                               reports_, origins};
    out.merged = merge(request, offers);
    return out;
}

void HostRun::check_constraints(OptionIndex index, const Resolved& resolved) {
    const auto& constraints = set_.options[index].constraints;
    if (constraints.empty() || resolved.merged.state != Merged::State::value || resolved.merged.from_default)
        return;
    evaluation::check_constraints(constraints, set_.tree.option(index), path_of(index, resolved.keys),
                                  resolved.merged.value, set_.definitions[resolved.merged.definition].where,
                                  reports_);
}

bool HostRun::is_doubtful(NodeIndex map, const std::string& keys) const {
    const NodeIndex entry = *set_.tree.node(map).placeholder;
    for (const OptionIndex option : set_.tree.options_below(entry)) {
        const Resolved* found = find(option, keys);
        if (found != nullptr && found->merged.state == Merged::State::broken) return true;
        if (value(option, keys).state == Merged::State::broken) return true;
    }
    for (const auto index : set_.maps[map].definitions) {
        const Definition& definition = set_.definitions[index];
        if (!definition.broken || definition.option != entry_only) continue;
        std::string named;
        for (const auto& key : definition.keys)
            for (const auto& part : key.parts) named += part.text + '\0';
        if (named == keys) return true;
    }
    return false;
}

void HostRun::require_value(OptionIndex index, const std::string& keys, const Span& where) {
    if (value(index, keys).state != Merged::State::unset) return;
    const Option& option = set_.tree.option(index);
    auto& finding = reports_.error(
        "missing-option", "'" + harmless(path_of(index, keys)) + "' has no value, and it is required", where);
    if (where != option.where()) relate_declaration(finding, option, "declared here");
    if (option.placeholders > 0) help_with_entry(finding, index, keys);
    const auto& description = option.declarations[0].first->description;
    finding.help.push_back(description ? option.path.back() + ": " + description->value
                                       : "set it in `config` of the host, or in a module");
}

// An entry that misses something may be another one, misspelt.
void HostRun::help_with_entry(core::Finding& finding, OptionIndex option, const std::string& keys) const {
    NodeIndex map = set_.tree.node(set_.tree.option(option).node).parent;
    while (!set_.tree.node(map).placeholder) map = set_.tree.node(map).parent;
    std::vector<std::string> others;
    const auto mine = split_keys(keys);
    for (const MapEntry& entry : entries(map)) {
        const auto theirs = split_keys(entry.keys);
        if (std::equal(mine.begin(), mine.end() - 1, theirs.begin(), theirs.end() - 1) && theirs != mine)
            others.push_back(theirs.back());
    }
    constexpr std::size_t shortest = 4;
    if (const auto near = nearest(mine.back(), others); near && mine.back().size() >= shortest)
        finding.help.push_back("did you mean the entry '" + harmless(*near) + "'?");
}

void HostRun::require_values() {
    for (OptionIndex index = 0; index < set_.options.size(); ++index) {
        const Option& option = set_.tree.option(index);
        if (!option.required || set_.options[index].broken) continue;
        if (option.placeholders == 0) {
            require_value(index, "", option.where());
            continue;
        }
        NodeIndex map = set_.tree.node(option.node).parent;
        while (!set_.tree.node(map).placeholder) map = set_.tree.node(map).parent;
        for (const MapEntry& entry : entries(map)) {
            if (is_doubtful(map, entry.keys)) continue;
            const Definition& first = set_.definitions[entry.definition];
            require_value(index, entry.keys, first.entry == nullptr ? first.where : *first.entry);
        }
    }
}

void HostRun::judge(const CompiledAssertion& assertion) {
    const auto truth = condition(assertion.that, Value());
    if (!truth || *truth != assertion.warning) return;
    std::string message;
    if (assertion.message) message = message_of(*assertion.message);
    const Expression& that = set_.expressions[assertion.that];
    const Span where = place(that, 0, that.program.text().size());
    if (assertion.warning) {
        reports_.warning("module-warning", harmless(message), where);
        return;
    }
    auto& finding =
        reports_.error("assertion",
                       message.empty() ? "an assertion of " + set_.modules[assertion.module].shown + " fails"
                                       : harmless(message),
                       where);
    const Value nothing{};
    const Names names(*this, set_.modules[assertion.module].scope, nothing);
    for (const auto& step : that.program.steps(names))
        finding.evidence.push_back(
            {"value",
             harmless(step.text) + " = " +
                 (that.sensitive ? "(sensitive)" : harmless(shortened(expression::to_literal(step.value)))),
             {}});
}

// What cannot be said is left out: the assertion is told all the same.
std::string HostRun::message_of(const CompiledText& message) {
    std::string out;
    for (const auto& part : message.parts) {
        if (!part.expression) {
            out += part.text;
        } else if (set_.expressions[*part.expression].sensitive) {
            out += "(sensitive)";
        } else if (const auto value = evaluate(*part.expression, Value())) {
            out += expression::to_text(*value);
        }
    }
    return out;
}

void HostRun::decide() {
    for (const Step& step : set_.order) {
        const bool varies = step.is_map ? set_.maps[step.index].varies : set_.options[step.index].varies;
        if (!mine(varies)) continue;
        if (step.is_map)
            decide_map(step.index);
        else
            decide_option(step.index);
    }
    if (shared_ != nullptr) {
        require_values();
        for (const auto& assertion : set_.assertions) judge(assertion);
    }
    failed_ = failed_ || reports_.has_error();
}

}  // namespace contract::evaluation
