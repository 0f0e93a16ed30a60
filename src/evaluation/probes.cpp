// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "contract/base/text.hpp"
#include "contract/core/probe_kinds.hpp"
#include "interpolation.hpp"
#include "probe_check.hpp"
#include "standing.hpp"

namespace contract::evaluation {

namespace {

using expression::Kind;

Kind kind_of(core::FieldType type) {
    switch (type) {
        case core::FieldType::boolean: return Kind::boolean;
        case core::FieldType::integer: return Kind::integer;
        case core::FieldType::string: return Kind::string;
        case core::FieldType::strings: return Kind::list;
        case core::FieldType::dynamic: return Kind::dynamic;
    }
    return Kind::dynamic;
}

std::string_view words(core::FieldType type) {
    switch (type) {
        case core::FieldType::boolean: return "a boolean";
        case core::FieldType::integer: return "an integer";
        case core::FieldType::string: return "a string";
        case core::FieldType::strings: return "a list of strings";
        case core::FieldType::dynamic: return "a value";
    }
    return "";
}

std::vector<std::string> names(std::span<const core::Field> fields) {
    std::vector<std::string> list;
    for (const auto& field : fields) list.emplace_back(field.name);
    return list;
}

const core::Field* find_field(std::span<const core::Field> fields, std::string_view name) {
    for (const auto& field : fields)
        if (field.name == name) return &field;
    return nullptr;
}

bool has_type(const State& state, const core::Value& value, core::FieldType type) {
    const Kind wanted = kind_of(type);
    if (wanted == Kind::dynamic) return true;
    if (const auto* text = value.string()) {
        const Kind found = static_type(state, *text);
        return found == wanted || found == Kind::dynamic;
    }
    if (const auto* list = value.list())
        return wanted == Kind::list && std::all_of(list->begin(), list->end(), [](const core::Value& item) {
                   return item.string() != nullptr;
               });
    if (value.integer() != nullptr) return wanted == Kind::integer;
    return value.boolean() != nullptr && wanted == Kind::boolean;
}

// Read before the parameters, and what a misspelt one may have meant.
constexpr std::array<std::string_view, 9> keys_of_every_probe{
    "expect", "timeout", "retry", "uses", "hosts", "when", "systems", "severity", "hint"};

void check_parameters(State& state, std::size_t target, const core::Probe& probe,
                      const core::ProbeKind& kind) {
    for (const auto& entry : probe.parameters) {
        const auto* field = find_field(kind.parameters, entry.key.value);
        if (field == nullptr) {
            report_unknown_parameter(state, target, kind, entry.key);
        } else if (!has_type(state, entry.value, field->type)) {
            const std::string wanted(words(field->type));
            state
                .fail(target, "wrong-type",
                      "'" + state.targets[target].name + "." + harmless(entry.key.value) + "' is " +
                          std::string(core::kind_of(entry.value)) + ", not " + wanted,
                      entry.value.where)
                .label = "expected " + wanted;
        }
    }
    for (const auto& field : kind.parameters) {
        const bool given = std::any_of(probe.parameters.begin(), probe.parameters.end(),
                                       [&](const auto& entry) { return entry.key.value == field.name; });
        if (field.required && !given)
            report_missing_parameter(state, target, state.targets[target].name, probe.where, field);
    }
}

std::optional<core::Parameter> any_parameter_of(const expression::Value& value) {
    if (const auto flag = value.as<bool>()) return core::Parameter(*flag);
    if (const auto number = value.as<std::int64_t>()) return core::Parameter(*number);
    if (const auto* text = value.as<std::string>()) return core::Parameter(*text);
    const auto* list = value.as<expression::List>();
    if (list == nullptr) return std::nullopt;
    std::vector<std::string> texts;
    for (const auto& item : *list) {
        const auto* text = item.as<std::string>();
        if (text == nullptr) return std::nullopt;
        texts.push_back(*text);
    }
    return core::Parameter(std::move(texts));
}

bool fits(const core::Parameter& parameter, core::FieldType type) {
    switch (type) {
        case core::FieldType::boolean: return std::holds_alternative<bool>(parameter);
        case core::FieldType::integer: return std::holds_alternative<std::int64_t>(parameter);
        case core::FieldType::string: return std::holds_alternative<std::string>(parameter);
        case core::FieldType::strings: return std::holds_alternative<std::vector<std::string>>(parameter);
        case core::FieldType::dynamic: return true;
    }
    return false;
}

std::optional<core::Parameter> render_parameter(State& state, std::size_t target, const core::Value& value) {
    if (const auto* flag = value.boolean()) return core::Parameter(*flag);
    if (const auto* number = value.integer()) return core::Parameter(*number);
    if (const auto* text = value.string()) {
        const auto rendered = render_value(state, target, *text, value.where);
        return rendered ? any_parameter_of(*rendered) : std::nullopt;
    }
    std::vector<std::string> texts;
    if (const auto* list = value.list()) {
        for (const auto& item : *list) {
            if (item.string() == nullptr) return std::nullopt;
            auto text = render(state, target, *item.string(), item.where);
            if (!text) return std::nullopt;
            texts.push_back(std::move(*text));
        }
    }
    return core::Parameter(std::move(texts));
}

void render_parameters(State& state, std::size_t target, const core::Probe& probe,
                       const core::ProbeKind& kind, core::PlannedProbe& planned) {
    for (const auto& entry : probe.parameters) {
        const auto* field = find_field(kind.parameters, entry.key.value);
        auto parameter = render_parameter(state, target, entry.value);
        if (!state.targets[target].usable()) continue;
        if (!parameter || !fits(*parameter, field->type)) {
            state.fail(
                target, "wrong-type",
                "'" + entry.key.value + "' is " + std::string(words(field->type)) + ", and its value is not",
                entry.value.where);
            continue;
        }
        planned.parameters[entry.key.value] = std::move(*parameter);
        planned.parameter_spans[entry.key.value] = entry.value.where;
    }
}

void check_hosts(State& state, std::size_t target, const core::Probe& probe) {
    if (!probe.hosts) return;
    for (const auto& host : *probe.hosts) {
        if (state.find("hosts." + host.value)) continue;
        std::vector<std::string> known;
        for (const auto& name : state.names_of(0, {TargetKind::host})) known.push_back(name.substr(6));
        auto& finding = state.fail(target, "unknown-reference",
                                   "there is no host '" + harmless(host.value) + "'", host.where);
        if (const auto near = nearest(host.value, known))
            finding.help.push_back("did you mean '" + *near + "'?");
    }
}

}  // namespace

const core::Field* find_parameter(const core::ProbeKind& kind, std::string_view name) {
    return find_field(kind.parameters, name);
}

std::optional<core::Parameter> parameter_of(const expression::Value& value, core::FieldType type) {
    auto parameter = any_parameter_of(value);
    return parameter && fits(*parameter, type) ? std::move(parameter) : std::nullopt;
}

void report_unknown_parameter(State& state, std::size_t target, const core::ProbeKind& kind,
                              const core::Text& name) {
    auto& finding = state.fail(
        target, "unknown-option",
        "probes of kind '" + std::string(kind.name) + "' have no parameter '" + harmless(name.value) + "'",
        name.where);
    auto known = names(kind.parameters);
    known.insert(known.end(), keys_of_every_probe.begin(), keys_of_every_probe.end());
    const auto near = nearest(name.value, known);
    finding.help.push_back(near ? "did you mean '" + *near + "'?" : "there is: " + join(known, ", "));
}

void report_missing_parameter(State& state, std::size_t target, const std::string& probe, const Span& where,
                              const core::Field& parameter) {
    state.fail(target, "missing-key", "'" + probe + "' needs '" + std::string(parameter.name) + "'", where)
        .help.push_back(std::string(parameter.name) + ": " + std::string(parameter.meaning));
}

void check_expectation(State& state, std::size_t target, const std::string& probe, const core::Text& expect,
                       const core::ProbeKind& kind) {
    using expression::Type;
    expression::NamedTypes facts;
    for (const auto& field : kind.facts) {
        const auto type = Type::of(kind_of(field.type));
        const bool texts = field.type == core::FieldType::strings;
        facts.set(std::string(field.name), texts ? Type::list(Type::of(Kind::string)) : type);
    }
    const auto program = compile_condition(state, target, expect, facts);
    if (!program) return;
    for (const auto& reference : program->references())
        if (find_field(kind.facts, reference.steps[0].name()) != nullptr) return;
    state
        .fail(target, "empty-expectation", "the expectation of '" + probe + "' reads no fact",
              state.place(expect.where, 0, expect.value.size()))
        .help.push_back("facts of this kind: " + join(names(kind.facts), ", "));
}

void report_unknown_kind(State& state, std::size_t target, const core::Text& kind) {
    std::vector<std::string> known;
    for (const auto& candidate : core::probe_kinds()) known.emplace_back(candidate.name);
    auto& finding = state.fail(target, "unknown-probe-kind",
                               "there is no probe kind '" + harmless(kind.value) + "'", kind.where);
    const auto near = nearest(kind.value, known);
    finding.help.push_back(near ? "did you mean '" + *near + "'?" : "there is: " + join(known, ", "));
}

void check_probe(State& state, std::size_t target, const core::Probe& probe) {
    for (const auto& entry : probe.parameters) compile(state, target, entry.value);
    check_hosts(state, target, probe);
    const auto* kind = core::find_probe_kind(probe.kind.value);
    if (kind != nullptr) {
        check_parameters(state, target, probe, *kind);
        if (probe.expect) check_expectation(state, target, state.targets[target].name, *probe.expect, *kind);
        return;
    }
    report_unknown_kind(state, target, probe.kind);
}

void finish_probe(State& state, std::size_t target) {
    if (!state.targets[target].usable()) return;
    const core::Probe& probe = state.manifest.probes[state.targets[target].index];
    const core::ProbeKind& kind = *core::find_probe_kind(probe.kind.value);
    core::PlannedProbe planned;
    render_parameters(state, target, probe, kind, planned);
    const Standing standing = stand(state, target, probe.uses);
    if (!state.targets[target].usable()) return;
    planned.target = state.targets[target].name;
    planned.where = state.targets[target].where;
    if (probe.description) planned.description = probe.description->value;
    planned.kind = probe.kind.value;
    planned.expect = probe.expect ? probe.expect->value : std::string(kind.expect);
    if (probe.expect) planned.expect_where = probe.expect->where;
    planned.uses = standing.packages;
    if (probe.hosts)
        for (const auto& host : *probe.hosts) planned.hosts.push_back(host.value);
    if (probe.hint) planned.hint = probe.hint->value;
    planned.severity = probe.warning ? core::Severity::warning : core::Severity::error;
    planned.show = probe.show;
    planned.timeout_ms = probe.timeout_ms;
    planned.attempts = probe.attempts;
    planned.interval_ms = probe.interval_ms;
    planned.depends_on = standing.depends_on;
    state.plan.probes.push_back(std::move(planned));
}

}  // namespace contract::evaluation
