// SPDX-License-Identifier: Apache-2.0
#include "contract/evaluation/evaluate.hpp"

#include <algorithm>

#include "conceal.hpp"
#include "contract/base/text.hpp"
#include "contract/expression/allowance.hpp"
#include "host_modules.hpp"
#include "overrides.hpp"
#include "repeats.hpp"
#include "standing.hpp"
#include "state.hpp"

namespace contract::evaluation {

namespace {

// What its needs leave of a target: a failed need blocks it, one for another system makes it not applicable
// too.
void inherit(State& state, std::size_t index) {
    Target& target = state.targets[index];
    if (target.failed || target.not_applicable) return;
    for (const Need& need : target.needs) {
        if (need.only_before) continue;
        const Target& needed = state.targets[need.target];
        // A probe that is not for this system keeps nobody from running a command.
        if (needed.kind == TargetKind::probe && needed.not_applicable) continue;
        if (needed.failed) {
            target.blocked_by.push_back(needed.name);
        } else if (!needed.blocked_by.empty()) {
            target.blocked_by.insert(target.blocked_by.end(), needed.blocked_by.begin(),
                                     needed.blocked_by.end());
        } else if (needed.not_applicable && !target.not_applicable) {
            target.not_applicable =
                "it needs '" + needed.name + "', which is not applicable: " + *needed.not_applicable;
        }
    }
    sort_unique(target.blocked_by);
    if (!target.blocked_by.empty()) target.not_applicable.reset();
}

void finish(State& state, std::size_t index) {
    inherit(state, index);
    const Target& target = state.targets[index];
    if (!target.declared_well || target.not_applicable) return;
    switch (target.kind) {
        case TargetKind::input:
        case TargetKind::policy: return;  // judged when the plan is there
        case TargetKind::toolchain: return finish_toolchain(state, index);
        case TargetKind::package:
        case TargetKind::check: return finish_action(state, index);
        case TargetKind::formatter: return finish_formatter(state, index);
        case TargetKind::shell: return finish_shell(state, index);
        case TargetKind::command: return finish_command(state, index);
        case TargetKind::host: return finish_host(state, index);
        case TargetKind::probe: return finish_probe(state, index);
    }
}

void warn_unchecked(State& state) {
    const auto of = [&](TargetKind kind) {
        return std::find_if(state.targets.begin(), state.targets.end(),
                            [&](const Target& target) { return target.kind == kind && target.scope == 0; });
    };
    const auto package = of(TargetKind::package);  // those that could be read come first
    if (package == state.targets.end() || of(TargetKind::check) != state.targets.end()) return;
    auto& finding =
        state.warn("", "nothing-checked", "the contract has packages and no check", package->where);
    finding.help.push_back("declare a [checks.NAME] that runs their tests");
    if (package->where.file.empty()) finding.where.reset();  // no package could be read
}

core::TargetOutcome outcome_of(const Target& target) {
    core::TargetOutcome outcome;
    outcome.target = target.name;
    if (target.failed) {
        outcome.outcome = core::Outcome::failed;
    } else if (!target.blocked_by.empty()) {
        outcome.outcome = core::Outcome::blocked;
        outcome.blocked_by = target.blocked_by;
    } else if (target.not_applicable) {
        outcome.outcome = core::Outcome::not_applicable;
        outcome.reason = *target.not_applicable;
    }
    return outcome;
}

template <typename List>
void sort_by_target(List& list) {
    std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.target < b.target; });
}

// A finding blocks whoever is blocked by its target. That of inputs without a pin is one for all of them, so
// it takes over what the others block.
void name_blocked(const State& state, std::vector<core::Finding>& findings) {
    std::map<std::string, std::vector<std::string>> blocked;
    for (const Target& target : state.targets)
        if (!target.failed)
            for (const std::string& cause : target.blocked_by) blocked[cause].push_back(target.name);
    for (core::Finding& finding : findings) {
        if (finding.severity != core::Severity::error) continue;
        finding.blocks = blocked[finding.target];
        if (finding.code == "evaluation.lock-missing" && !state.unlocked.empty() &&
            finding.target == state.targets[state.unlocked[0]].name)
            for (const auto input : state.unlocked) {
                const auto& more = blocked[state.targets[input].name];
                finding.blocks.insert(finding.blocks.end(), more.begin(), more.end());
            }
        sort_unique(finding.blocks);
    }
}

// What is not planned, policies apart or nothing but them.
void add_unplanned(State& state, bool policies) {
    for (const Target& target : state.targets) {
        if ((target.kind == TargetKind::policy) != policies) continue;
        const core::TargetOutcome outcome = outcome_of(target);
        if (outcome.outcome == core::Outcome::passed) continue;
        const auto is_it = [&](const core::PlannedPolicy& one) { return one.target == target.name; };
        const auto& judged = state.plan.policies;
        if (std::any_of(judged.begin(), judged.end(), is_it)) continue;
        state.plan.unplanned.push_back(
            {target.name, target.where, outcome.outcome, outcome.blocked_by, outcome.reason});
    }
    sort_by_target(state.plan.unplanned);
}

void finish_plan(State& state) {
    add_unplanned(state, false);
    const auto keep_applicable = [&](const core::PlannedInput& input) {
        return !state.targets[*state.find(input.target)].usable();
    };
    auto& inputs = state.plan.inputs;
    inputs.erase(std::remove_if(inputs.begin(), inputs.end(), keep_applicable), inputs.end());
    sort_by_target(state.plan.inputs);
    sort_by_target(state.plan.toolchains);
    sort_by_target(state.plan.packages);
    sort_by_target(state.plan.checks);
    sort_by_target(state.plan.formatters);
    sort_by_target(state.plan.shells);
    sort_by_target(state.plan.commands);
    sort_by_target(state.plan.modules);
    sort_by_target(state.plan.hosts);
    sort_by_target(state.plan.probes);
}

// Policies see all that is planned but each other, so they come last.
void judge(State& state) {
    judge_policies(state);
    sort_by_target(state.plan.policies);
    add_unplanned(state, true);
    for (auto& host : state.plan.hosts) {
        if (is_explained(state.request.explain, host.target)) continue;
        host.config.clear();  // it was there for policies
        host.empty_tables.clear();
    }
}

core::StageResult result_of(const State& state) {
    core::StageResult result;
    for (const Target& target : state.targets) result.targets.push_back(outcome_of(target));
    sort_by_target(result.targets);
    result.findings.assign(state.findings().begin(), state.findings().end());
    name_blocked(state, result.findings);
    std::stable_sort(result.findings.begin(), result.findings.end(), [](const auto& a, const auto& b) {
        const auto key = [](const core::Finding& finding) {
            const Span where = finding.where.value_or(Span{});
            return std::tuple(where.file, where.begin_byte, where.end_byte, finding.code);
        };
        return key(a) < key(b);
    });
    shorten_repeats(result.findings);
    return result;
}

}  // namespace

Evaluated evaluate(const Request& request) {
    const expression::Allowance allowance;
    State state(request);
    plan_inputs(state);
    decide_conditions(state);
    collect_needs(state);
    check_overrides(state);
    select_formatted(state);
    compile_policies(state);
    for (const std::size_t target : order_targets(state)) finish(state, target);
    state.host_modules->name_hosts();
    warn_unchecked(state);
    lint(state);
    finish_plan(state);
    judge(state);
    auto result = result_of(state);
    auto concealed = conceal(state.sources, state.secrets);
    for (const auto& entry : request.manifest.sources) state.sources.erase(entry.first);
    for (auto& [file, text] : concealed) state.sources[file] = std::move(text);
    return {std::move(state.plan), std::move(result), std::move(state.sources)};
}

}  // namespace contract::evaluation
