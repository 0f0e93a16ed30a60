// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <array>

#include "contract/base/text.hpp"
#include "contract/expression/expression.hpp"
#include "session.hpp"

namespace contract::cli {

namespace {

namespace ex = contract::expression;

constexpr std::array eval_options = std::to_array<OptionSpec>({
    {"--let", "", "NAME=EXPR", "give a variable a value, which may use the variables before it", true},
});

// What an expression can name. The seam for what a contract gives: every expression starts with what this
// returns, and --let adds to it.
struct Scope {
    ex::NamedValues values;
    ex::NamedTypes types;
};
Scope scope_of(const Arguments& /*arguments*/) {
    return {};
}

// One expression: its text is the file that a finding shows.
struct Evaluated {
    std::optional<ex::Value> value;
    std::vector<core::Finding> findings;
};

core::Finding finding_of(const ex::Problem& problem, const std::string& name, const std::string& text) {
    core::Finding finding;
    finding.stage = core::Stage::evaluation;
    finding.code = "evaluation.expression";
    finding.message = problem.message;
    finding.where = span_of(name, text, problem.begin, problem.end);
    finding.help = problem.help;
    return finding;
}

// What a name that does not exist is, when the value did not depend on it.
void warn_of_unknown_names(const ex::Program& program, const ex::Types& types, const std::string& name,
                           Evaluated& out) {
    for (const auto& problem : program.check(types)) {
        if (problem.code != "unknown-name") continue;
        out.findings.push_back(finding_of(problem, name, program.text()));
        if (out.value) out.findings.back().severity = core::Severity::warning;
    }
}

Evaluated evaluate(const std::string& name, const std::string& text, const Scope& scope) {
    Evaluated out;
    auto parsed = ex::Program::parse(text);
    if (const auto* problem = std::get_if<ex::Problem>(&parsed)) {
        out.findings.push_back(finding_of(*problem, name, text));
        return out;
    }
    const auto& program = std::get<ex::Program>(parsed);
    auto outcome = program.evaluate(scope.values);
    const auto* problem = std::get_if<ex::Problem>(&outcome);
    if (problem == nullptr) out.value = std::get<ex::Value>(std::move(outcome));
    warn_of_unknown_names(program, scope.types, name, out);
    // A name that is not there is told once, with what may have been meant.
    if (problem != nullptr && (out.findings.empty() || problem->code != "unknown-name"))
        out.findings.insert(out.findings.begin(), finding_of(*problem, name, text));
    return out;
}

// Of a --let for a word that always means itself, which CEL allows and never looks up.
core::Finding never_read(const std::string& name, const std::string& word, const std::string& text) {
    auto finding = finding_of(
        {"value", "'" + word + "' always means itself, so this value is never read", 0, text.size(), {}},
        name, text);
    finding.severity = core::Severity::warning;
    return finding;
}

bool is_variable_name(std::string_view name) {
    auto parsed = ex::Program::parse(std::string(name));
    const auto* program = std::get_if<ex::Program>(&parsed);
    if (program == nullptr) return false;
    const auto references = program->references();
    return references.size() == 1 && references[0].steps.size() == 1 &&
           references[0].steps[0].name() == name && references[0].end == name.size();
}

int run_eval(const Arguments& arguments) {
    if (arguments.positionals.size() != 1) return wrong_usage("'contract eval' takes one EXPR");
    Scope scope = scope_of(arguments);
    Sources sources;
    for (const auto& let : arguments.values("--let")) {
        const auto equals = let.find('=');
        const std::string name = let.substr(0, equals);
        const bool is_literal = name == "true" || name == "false" || name == "null";
        if (equals == std::string::npos || (!is_literal && !is_variable_name(name)))
            return wrong_usage(fmt::format(
                "--let takes NAME=EXPR, and a name of letters, digits and '_' that is no reserved "
                "word, not '{}'",
                harmless(let)));
        const std::string file = "--let " + name;
        sources[file] = let.substr(equals + 1);
        auto evaluated = evaluate(file, sources[file], scope);
        if (is_literal) evaluated.findings.push_back(never_read(file, name, sources[file]));
        const int status = print_findings(evaluated.findings, sources, arguments);
        if (!evaluated.value) return status;
        if (is_literal) continue;
        scope.values.set(name, std::move(*evaluated.value));
        scope.types.set(name, ex::Type::of(ex::Kind::dynamic));
    }
    const std::string file = "EXPR";
    sources[file] = arguments.positionals[0];
    auto evaluated = evaluate(file, sources[file], scope);
    const int status = print_findings(evaluated.findings, sources, arguments);
    if (!evaluated.value) return status;
    auto json = ex::to_json(*evaluated.value, ex::JsonForm::tagged);
    if (const auto* problem = std::get_if<ex::Problem>(&json))
        return print_findings({finding_of(*problem, file, sources[file])}, sources, arguments);
    return print(std::get<std::string>(json) + "\n") ? core::exit_status::passed
                                                     : core::exit_status::internal;
}

}  // namespace

const CommandSpec& eval_command() {
    static const CommandSpec command{
        "eval",
        "print the value of an expression",
        "Evaluates EXPR, an expression as contract.toml(5) describes them, and prints its value as one line "
        "of "
        "JSON. What JSON has no form for is an object with one key that says what it is: {\"$uint\": 1}, "
        "{\"$bytes\": \"AP8=\"}, {\"$duration\": \"90s\"}.",
        {"EXPR", "the expression; put -- before one that looks like an option, such as -h or --x", true,
         false, false, true},
        eval_options,
        run_eval};
    return command;
}

}  // namespace contract::cli
