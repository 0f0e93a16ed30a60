// SPDX-License-Identifier: Apache-2.0
//
// `systems` and `when`: which targets concern the system of this plan at all. Decided before anything else
// has a value, so a condition knows `system`, `contract` and `inputs`.
#include <algorithm>

#include "contract/base/text.hpp"
#include "interpolation.hpp"

namespace contract::evaluation {

namespace {

std::string names(const core::Texts& systems) {
    std::vector<std::string> list;
    for (const auto& system : systems) list.push_back(system.value);
    return join(list, ", ");
}

bool has(const core::Texts& systems, const std::string& system) {
    return std::any_of(systems.begin(), systems.end(),
                       [&](const auto& entry) { return entry.value == system; });
}

struct Condition {
    const std::optional<core::Text>* when = nullptr;
    const std::optional<core::Texts>* systems = nullptr;
};

Condition condition_of(const State& state, const Target& target) {
    const auto& manifest = *state.scopes[target.scope].manifest;
    switch (target.kind) {
        case TargetKind::toolchain:
            return {&manifest.toolchains[target.index].when, &manifest.toolchains[target.index].systems};
        case TargetKind::package:
            return {&manifest.packages[target.index].when, &manifest.packages[target.index].systems};
        case TargetKind::check:
            return {&manifest.checks[target.index].when, &manifest.checks[target.index].systems};
        case TargetKind::formatter:
            return {&manifest.formatters[target.index].when, &manifest.formatters[target.index].systems};
        case TargetKind::shell:
            return {&manifest.shells[target.index].when, &manifest.shells[target.index].systems};
        case TargetKind::command:
            return {&manifest.commands[target.index].when, &manifest.commands[target.index].systems};
        case TargetKind::probe:
            return {&manifest.probes[target.index].when, &manifest.probes[target.index].systems};
        case TargetKind::host:    // each of its tables has one
        case TargetKind::policy:  // it is over the plan
        case TargetKind::input: break;
    }
    return {};
}

// An input without a pin has been reported; a condition on it can be neither true nor false.
bool is_blocked(State& state, std::size_t index, const expression::Program& program) {
    for (const auto& reference : program.references()) {
        if (reference.steps[0].name() != "inputs" || reference.steps.size() < 2) continue;
        const auto input = state.resolve(index, "inputs." + std::string(reference.steps[1].name()));
        if (!input || state.targets[*input].usable()) continue;
        const Target& needed = state.targets[*input];
        state.targets[index].blocked_by = needed.failed ? std::vector{needed.name} : needed.blocked_by;
        return true;
    }
    return false;
}

// What `text` comes out as; none when that was reported, or when the target is blocked now.
std::optional<bool> truth_of(State& state, std::size_t index, const core::Text& text,
                             const expression::Types& types, const expression::Variables& values) {
    const auto program = compile_condition(state, index, text, types);
    if (!program || is_blocked(state, index, *program)) return std::nullopt;
    const auto result = program->evaluate(values);
    if (const auto* problem = std::get_if<expression::Problem>(&result)) {
        state.fail(index, *problem, text.where, 0);
        return std::nullopt;
    }
    const auto flag = std::get<expression::Value>(result).as<bool>();
    if (!flag) state.fail(index, "expression", "the condition is not bool", text.where);
    return flag;
}

void decide(State& state, std::size_t index) {
    const Condition condition = condition_of(state, state.targets[index]);
    const Scope& scope = state.scope_of(index);
    if (condition.when != nullptr && *condition.when) {
        const core::Text& text = **condition.when;
        if (truth_of(state, index, text, scope.early_types, scope.values) == false)
            state.targets[index].not_applicable = "when: " + harmless(text.value) + " is false";
    }
    if (condition.systems != nullptr && *condition.systems && !has(**condition.systems, state.request.system))
        state.targets[index].not_applicable =
            "it is for " + names(**condition.systems) + ", not " + state.request.system;
}

// The condition of a host's table knows the host too.
class HostTypes final : public expression::Types {
public:
    explicit HostTypes(const expression::Types& outer) : outer_(outer) {}
    expression::TypePtr find(std::string_view name) const override {
        using expression::Kind;
        using expression::Type;
        static const auto host = Type::object({{"name", Type::of(Kind::string)},
                                               {"group", Type::of(Kind::string)},
                                               {"index", Type::optional(Type::of(Kind::integer))}});
        return name == "host" ? host : outer_.find(name);
    }
    std::vector<std::string> names() const override {
        auto names = outer_.names();
        names.emplace_back("host");
        return names;
    }

private:
    const expression::Types& outer_;
};

class HostVariables final : public expression::Variables {
public:
    HostVariables(const expression::Variables& outer, const HostEntry& host) : outer_(outer) {
        expression::Map facts;
        facts.set("name", host.name);
        facts.set("group", host.group);
        facts.set("index", host.index ? expression::Value(*host.index) : expression::Value());
        host_ = expression::Value(std::move(facts));
    }
    const expression::Value* find(std::string_view name) const override {
        return name == "host" ? &host_ : outer_.find(name);
    }

private:
    const expression::Variables& outer_;
    expression::Value host_;
};

// A table whose condition is false says nothing of the host; without any table there is no host.
void decide_host(State& state, std::size_t index) {
    HostEntry& host = state.hosts[state.targets[index].index];
    const HostTypes types(state.scopes[0].early_types);
    const HostVariables variables(state.scopes[0].values, host);
    std::string reason;
    std::erase_if(host.tables, [&](std::size_t table) {
        const auto& when = state.manifest.hosts[table].when;
        if (!when || truth_of(state, index, *when, types, variables) != false) return false;
        if (reason.empty()) reason = "when: " + harmless(when->value) + " is false";
        return true;
    });
    if (host.tables.empty()) state.targets[index].not_applicable = reason;
}

}  // namespace

void decide_condition(State& state, std::size_t index) {
    const Scope& scope = state.scope_of(index);
    Target& target = state.targets[index];
    const auto& systems = scope.manifest->contract.systems;
    const bool theirs = target.scope != 0;
    if (theirs && target.kind == TargetKind::input) return;
    if (!systems.empty() && !has(systems, state.request.system))
        target.not_applicable = "the contract" + (theirs ? " of 'inputs." + scope.input + "'" : "") +
                                " is for " + names(systems) + ", not " + state.request.system;
    else if (target.declared_well && target.kind == TargetKind::host)
        decide_host(state, index);
    else if (target.declared_well)
        decide(state, index);
}

void decide_conditions(State& state) {
    for (std::size_t i = 0; i < state.targets.size(); ++i) decide_condition(state, i);
}

}  // namespace contract::evaluation
