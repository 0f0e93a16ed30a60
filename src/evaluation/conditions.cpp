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
        case TargetKind::probe:
            return {&manifest.probes[target.index].when, &manifest.probes[target.index].systems};
        case TargetKind::host: return {&manifest.hosts[target.index].when, nullptr};
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

void decide(State& state, std::size_t index) {
    const Condition condition = condition_of(state, state.targets[index]);
    if (condition.when != nullptr && *condition.when) {
        const core::Text& text = **condition.when;
        const auto program = compile_condition(state, index, text, state.scope_of(index).early_types);
        if (!program || is_blocked(state, index, *program)) return;
        const auto result = program->evaluate(state.scope_of(index).values);
        if (const auto* problem = std::get_if<expression::Problem>(&result)) {
            state.fail(index, *problem, text.where, 0);
        } else if (const auto flag = std::get<expression::Value>(result).as<bool>(); !flag) {
            state.fail(index, "expression", "the condition is not bool", text.where);
        } else if (!*flag) {
            state.targets[index].not_applicable = "when: " + harmless(text.value) + " is false";
        }
    }
    if (condition.systems != nullptr && *condition.systems && !has(**condition.systems, state.request.system))
        state.targets[index].not_applicable =
            "it is for " + names(**condition.systems) + ", not " + state.request.system;
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
    else if (target.declared_well)
        decide(state, index);
}

void decide_conditions(State& state) {
    for (std::size_t i = 0; i < state.targets.size(); ++i) decide_condition(state, i);
}

}  // namespace contract::evaluation
