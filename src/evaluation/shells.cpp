// SPDX-License-Identifier: Apache-2.0
//
// Shells and commands: what people enter and run, with the tools that builds see.
#include "actions.hpp"
#include "contract/base/text.hpp"
#include "interpolation.hpp"
#include "standing.hpp"

namespace contract::evaluation {

namespace {

// What both have of what they stand on; none when a finding was reported.
template <typename Planned>
std::optional<Planned> plan_entrance(State& state, std::size_t target, const core::TargetHead& head) {
    if (!state.targets[target].usable()) return std::nullopt;
    Standing standing = stand(state, target, head);
    set_variables(state, target, head.env, standing);
    if (!state.targets[target].usable()) return std::nullopt;
    Planned planned;
    planned.target = state.targets[target].name;
    planned.where = state.targets[target].where;
    if (head.description) planned.description = head.description->value;
    planned.root = standing.root;
    planned.uses = standing.uses;
    planned.environment = process_environment(standing);
    planned.depends_on = standing.depends_on;
    return planned;
}

}  // namespace

void finish_shell(State& state, std::size_t target) {
    const core::Shell& shell = state.manifest.shells[state.targets[target].index];
    auto planned = plan_entrance<core::PlannedShell>(state, target, shell);
    if (!planned) return;
    if (shell.enter) {
        auto script = render(state, target, shell.enter->value, shell.enter->where, Use::script);
        if (!script) return;
        planned->enter = std::move(*script);
    }
    state.plan.shells.push_back(std::move(*planned));
}

void finish_command(State& state, std::size_t target) {
    const core::ShellCommand& command = state.manifest.commands[state.targets[target].index];
    auto planned = plan_entrance<core::PlannedCommand>(state, target, command);
    if (!planned) return;
    planned->command = command_of(state, target, command.run);
    if (!state.targets[target].usable()) return;
    // What stands behind a script is its $0.
    if (std::holds_alternative<core::Text>(command.run)) planned->command.push_back(command.name.value);
    for (const auto& text : command.needs) {
        const Target& probe = state.targets[*state.resolve(target, text)];
        if (!probe.not_applicable) planned->needs.push_back(probe.name);
    }
    state.plan.commands.push_back(std::move(*planned));
}

}  // namespace contract::evaluation
