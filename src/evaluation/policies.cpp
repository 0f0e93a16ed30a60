// SPDX-License-Identifier: Apache-2.0
//
// Policies: rules over the plan as a whole, in the words in which `contract show --json` prints it. One that
// names what could not be planned is blocked by it: of half a plan nobody knows whether a rule holds.
#include <algorithm>
#include <set>

#include "contract/base/text.hpp"
#include "interpolation.hpp"
#include "modules/reports.hpp"
#include "plan_fields.hpp"

namespace contract::evaluation {

namespace {

using expression::Kind;
using expression::Program;
using expression::Type;
using expression::TypePtr;
using expression::Value;

struct SectionKind {
    const char* name;
    TargetKind kind;
    TypePtr (*entry)();
};

TypePtr host_type() {
    auto fields = entry_type<core::PlannedHost>()->fields;
    fields.emplace("config", Type::of(Kind::map));
    return Type::object(std::move(fields));
}

const SectionKind sections[] = {
    {"inputs", TargetKind::input, entry_type<core::PlannedInput>},
    {"toolchains", TargetKind::toolchain, entry_type<core::PlannedToolchain>},
    {"packages", TargetKind::package, entry_type<core::PlannedAction>},
    {"checks", TargetKind::check, entry_type<core::PlannedAction>},
    {"formatters", TargetKind::formatter, entry_type<core::PlannedFormatter>},
    {"shells", TargetKind::shell, entry_type<core::PlannedShell>},
    {"commands", TargetKind::command, entry_type<core::PlannedCommand>},
    {"hosts", TargetKind::host, host_type},
    {"probes", TargetKind::probe, entry_type<core::PlannedProbe>},
};

const SectionKind* section_of(std::string_view name) {
    for (const auto& section : sections)
        if (section.name == name) return &section;
    return nullptr;
}

// As the plan calls it: what comes from a contract input keeps its whole name.
std::string name_in_section(const Target& target) {
    if (!core::contract_of(target.name).empty()) return target.name;
    return target.name.substr(folder_of(target.kind).size() + 1);
}

// What policies can name. Probes of hosts are known only once the hosts are.
expression::NamedTypes plan_types(const State& state) {
    expression::NamedTypes types;
    types.set("system", Type::of(Kind::string));
    types.set("contract", state.scopes[0].types.find("contract"));
    for (const auto& section : sections) {
        Type type;
        type.kind = Kind::map;
        type.element = section.entry();
        for (const Target& target : state.targets)
            if (target.kind == section.kind) type.fields.emplace(name_in_section(target), type.element);
        type.closed = !type.fields.empty() && (section.kind != TargetKind::probe || state.hosts.empty());
        types.set(section.name, std::make_shared<const Type>(std::move(type)));
    }
    types.set("modules", Type::map(entry_type<core::PlannedModule>()));
    types.set("unplanned", Type::map(entry_type<core::Unplanned>()));
    return types;
}

// ── parsing ──

std::optional<Template> compile_message(State& state, std::size_t index, const core::Text& text,
                                        const expression::Types& types) {
    auto pieces = expression::split_template(text.value);
    if (const auto* problem = std::get_if<expression::Problem>(&pieces)) {
        state.fail(index, *problem, text.where, 0);
        return std::nullopt;
    }
    Template made;
    for (auto& piece : std::get<0>(pieces)) {
        Template::Part part;
        part.begin = piece.begin;
        if (!piece.is_expression) {
            part.text = std::move(piece.text);
            made.parts.push_back(std::move(part));
            continue;
        }
        auto parsed = Program::parse(std::move(piece.text));
        if (const auto* problem = std::get_if<expression::Problem>(&parsed)) {
            state.fail(index, *problem, text.where, piece.begin);
            return std::nullopt;
        }
        part.program = std::get<Program>(std::move(parsed));
        const auto mistakes = part.program->check(types);
        for (const auto& mistake : mistakes) state.fail(index, mistake, text.where, piece.begin);
        if (!mistakes.empty()) return std::nullopt;
        made.parts.push_back(std::move(part));
    }
    return made;
}

void compile_policy(State& state, std::size_t index, const expression::Types& types) {
    const core::Policy& policy = state.manifest.policies[state.targets[index].index];
    auto assertion = compile_condition(state, index, policy.assertion, types);
    std::optional<Program> condition;
    if (policy.when) condition = compile_condition(state, index, *policy.when, types);
    auto message =
        policy.message ? compile_message(state, index, *policy.message, types) : std::optional(Template{});
    if (!assertion || (policy.when && !condition) || !message) return;
    bool reads_hosts = reads_host_config(*assertion) || (condition && reads_host_config(*condition));
    for (const auto& part : message->parts)
        reads_hosts = reads_hosts || (part.program && reads_host_config(*part.program));
    state.explain_hosts = state.explain_hosts || reads_hosts;
    state.policies.emplace(index,
                           CompiledPolicy{std::move(*assertion), std::move(condition), std::move(*message)});
}

// ── what keeps one from being judged ──

struct Obstacles {
    std::set<std::string> blocked_by;
    std::optional<std::string> not_applicable;
};

void add_obstacle(const Target& target, bool by_name, Obstacles& out) {
    if (target.failed)
        out.blocked_by.insert(target.name);
    else
        out.blocked_by.insert(target.blocked_by.begin(), target.blocked_by.end());
    if (by_name && target.not_applicable && !out.not_applicable)
        out.not_applicable =
            "it names '" + target.name + "', which is not applicable: " + *target.not_applicable;
}

void add_obstacles(const State& state, const Program& program, Obstacles& out) {
    for (const auto& reference : program.references()) {
        const auto* section = section_of(reference.steps[0].name());
        if (section == nullptr) continue;
        const bool one = reference.steps.size() > 1;
        // A question whether it is there has an answer.
        const bool asks = reference.use == Program::Reference::Use::presence && reference.steps.size() == 2;
        for (const Target& target : state.targets)
            if (target.kind == section->kind &&
                (!one || name_in_section(target) == reference.steps[1].name()))
                add_obstacle(target, one && !asks, out);
    }
}

// ── judging ──

class Judge {
public:
    explicit Judge(State& state) : state_(state), variables_(state.plan, &reads_) {}

    void run(std::size_t index, const CompiledPolicy& compiled) {
        Obstacles obstacles;
        add_obstacles(state_, compiled.assertion, obstacles);
        if (compiled.condition) add_obstacles(state_, *compiled.condition, obstacles);
        Target& target = state_.targets[index];
        target.blocked_by.assign(obstacles.blocked_by.begin(), obstacles.blocked_by.end());
        if (!target.blocked_by.empty()) return;
        target.not_applicable = obstacles.not_applicable;
        if (target.not_applicable) return;
        const core::Policy& policy = state_.manifest.policies[target.index];
        if (compiled.condition) {
            const auto applies = truth(index, *compiled.condition, *policy.when);
            if (applies == false)
                target.not_applicable = "when: " + harmless(policy.when->value) + " is false";
            if (!applies || !*applies) return;
        }
        reads_.clear();
        const auto holds = truth(index, compiled.assertion, policy.assertion);
        if (!holds) return;
        state_.plan.policies.push_back(
            {target.name, policy.where, policy.assertion.value, policy.when ? policy.when->value : "",
             policy.message ? policy.message->value : "",
             policy.warning ? core::Severity::warning : core::Severity::error, *holds});
        if (!*holds) tell(index, policy, compiled);
    }

private:
    std::optional<bool> truth(std::size_t index, const Program& program, const core::Text& text) {
        const auto outcome = program.evaluate(variables_);
        if (const auto* problem = std::get_if<expression::Problem>(&outcome)) {
            state_.fail(index, *problem, text.where, 0);
            return std::nullopt;
        }
        const auto& value = std::get<Value>(outcome);
        const auto truth = value.as<bool>();
        if (!truth)
            state_.fail(index, "expression",
                        "the expression is " + std::string(expression::word(value.kind())) + ", not bool",
                        state_.place(text.where, 0, text.value.size()));
        return truth;
    }

    void tell(std::size_t index, const core::Policy& policy, const CompiledPolicy& compiled) {
        const std::string message = message_of(compiled.message);
        const std::string& name = state_.targets[index].name;
        const std::string says =
            message.empty() ? "the policy '" + policy.name.value + "' does not hold" : message;
        const Span where = state_.place(policy.assertion.where, 0, policy.assertion.value.size());
        auto& finding = policy.warning ? state_.warn(name, "policy", harmless(says), where)
                                       : state_.fail(index, "policy", harmless(says), where);
        finding.label = "false for this plan";
        add_evidence(finding, compiled.assertion);
        finding.help.push_back(
            "change what is declared, or the policy itself if the plan is as it should be");
    }

    // What cannot be said is left out: that the policy does not hold is told all the same.
    std::string message_of(const Template& message) {
        std::string out;
        for (const auto& part : message.parts) {
            out += part.text;
            if (!part.program) continue;
            const auto outcome = part.program->evaluate(variables_);
            if (const auto* value = std::get_if<Value>(&outcome)) out += expression::to_text(*value);
        }
        return out;
    }

    void add_evidence(core::Finding& finding, const Program& assertion) {
        reads_.clear();
        std::vector<Program::Step> steps;
        for (auto& step : assertion.steps(variables_))
            if (step.value.kind() != Kind::object) steps.push_back(std::move(step));
        for (const auto& step : steps)
            finding.evidence.push_back(
                {"value",
                 harmless(step.text) + " = " + harmless(shortened(expression::to_literal(step.value))),
                 {}});
        relate_values(finding, steps);
    }

    static bool is_key(const Program::Step& step) {
        return step.value.kind() == Kind::string && is_name(step.text);
    }

    // Whether a value that was read is the one a step shows.
    static bool shows(const Program::Step& step, const PlanRead& read) {
        const std::string last = read.path.substr(read.path.rfind('.') + 1);
        const bool ends = step.text.ends_with("." + last) || step.text.ends_with("." + last + ")") ||
                          step.text.ends_with("[\"" + last + "\"]") ||
                          step.text.ends_with("['" + last + "']");
        constexpr std::uint64_t most_compared = 4096;
        return ends && read.value.weight() <= most_compared && read.value == step.value;
    }

    // The steps know values and the reads know places. An item of a macro is told by its key, which is a step
    // too: of two hosts with one port only the one that decided is shown.
    void relate_values(core::Finding& finding, const std::vector<Program::Step>& steps) {
        constexpr std::size_t most_shown = 6;
        std::vector<std::string> keys;
        for (const auto& step : steps)
            if (is_key(step)) keys.push_back(*step.value.as<std::string>());
        std::set<std::string> told;
        const auto relate = [&](const Span& where, std::string text) {
            if (where.line != 0 && finding.related.size() < most_shown)
                finding.related.push_back({where, harmless(text)});
        };
        for (const PlanRead& read : reads_) {
            const bool of_key =
                keys.empty() || std::any_of(keys.begin(), keys.end(), [&](const std::string& key) {
                    return ("." + read.path + ".").find("." + key + ".") != std::string::npos;
                });
            const bool shown = std::any_of(steps.begin(), steps.end(),
                                           [&](const Program::Step& step) { return shows(step, read); });
            if (!of_key || !shown || !told.insert(read.path).second) continue;
            relate(read.where, read.path + (read.by.empty() ? "" : ", by " + read.by));
        }
        for (const auto& step : steps) {
            if (!is_key(step)) continue;
            const std::string& key = *step.value.as<std::string>();
            for (const auto& folder : step.reads) {
                const auto target = state_.find(folder + "." + key);
                const bool has_place = target && state_.targets[*target].where.line != 0;
                const bool known = std::any_of(told.begin(), told.end(), [&](const std::string& path) {
                    return path.starts_with(folder + "." + key + ".");
                });
                if (has_place && !known) relate(state_.targets[*target].where, folder + "." + key);
            }
        }
    }

    State& state_;
    PlanReads reads_;
    PlanVariables variables_;
};

}  // namespace

void compile_policies(State& state) {
    if (state.manifest.policies.empty()) return;
    const auto types = plan_types(state);
    for (std::size_t i = 0; i < state.targets.size(); ++i) {
        const Target& target = state.targets[i];
        if (target.kind == TargetKind::policy && target.declared_well && !target.not_applicable)
            compile_policy(state, i, types);
    }
}

void judge_policies(State& state) {
    Judge judge(state);
    for (const auto& entry : state.policies) judge.run(entry.first, entry.second);
}

}  // namespace contract::evaluation
