// SPDX-License-Identifier: Apache-2.0
#include "host_run.hpp"

#include <algorithm>

#include "contract/base/text.hpp"
#include "contract/expression/allowance.hpp"
#include "contract/manifest/manifest_file.hpp"
#include "texts.hpp"

namespace contract::evaluation {

using expression::Problem;
using expression::Value;

namespace {

// A Problem that says: the reason was told where it arose.
constexpr const char* told = "told";

// One that says: this option has no value, "unset 12". Whoever reads it is known further up.
constexpr std::string_view unset = "unset ";

constexpr std::size_t longest_text = std::size_t{16} << 20;

}  // namespace

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
        Problem problem{std::string(unset) + std::to_string(*node.option),
                        "'" + run_.path_of(*node.option, keys) + "' has no value",
                        0,
                        0,
                        {}};
        problem.help.emplace_back(option.default_from() != nullptr
                                      ? "an `unset` takes its default away: remove that, or set it"
                                      : "set it, or give it a default where it is declared");
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

std::optional<bool> HostRun::is_active(std::uint32_t setting) const {
    const bool shared = shared_ != nullptr && shared_->settings_[setting].known;
    const SettingState& state = shared ? shared_->settings_[setting] : settings_[setting];
    if (!state.known || state.broken) return std::nullopt;
    return !state.iterations.empty();
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
    return join_path(path_with_keys(set_.tree.option(option), keys));
}

Span HostRun::place(const Expression& expression, std::size_t begin, std::size_t end) const {
    const auto source = surroundings_.sources().find(expression.literal.file.text());
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
        if (problem->code.starts_with(unset)) {
            const auto option = std::stoul(problem->code.substr(unset.size()));
            finding.label = "read here";
            relate_declaration(finding, set_.tree.option(static_cast<OptionIndex>(option)), "declared here");
        }
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
    auto* allowance = expression::Allowance::current();
    if (allowance != nullptr && text.parts.size() > 1) {
        allowance->take(0, static_cast<std::int64_t>(out.size()));
        if (allowance->bytes() == 0) {
            reports_.error("too-large", std::string(expression::too_much_together), where);
            return std::nullopt;
        }
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
            const auto& written = compiled.pieces->text;
            if (written.parts.size() == 1 && written.parts[0].expression)
                return evaluate(*written.parts[0].expression, each);
            auto rendered = text(written, each, compiled.source->where);
            if (!rendered) return std::nullopt;
            return Value(std::move(*rendered));
        }
        case CompiledValue::Form::list: {
            expression::List items;
            for (const auto& item : compiled.pieces->items) {
                auto made = value(item, each);
                if (!made) return std::nullopt;
                items.push_back(std::move(*made));
            }
            return Value(std::move(items));
        }
        case CompiledValue::Form::map: {
            expression::Map fields;
            for (const auto& [key, item] : compiled.pieces->entries) {
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
    if (definition.written_keys && number == definition.keys.size()) return definition.written_keys;
    std::string keys;
    for (std::size_t i = 0; i < number; ++i) {
        const auto key = text(definition.keys[i], each, definition.where);
        if (!key) return std::nullopt;
        keys += *key;
        keys += '\0';
    }
    return keys;
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
