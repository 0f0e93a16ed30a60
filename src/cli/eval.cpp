// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <deque>

#include "contract/base/text.hpp"
#include "contract/evaluation/plan_variables.hpp"
#include "contract/expression/expression.hpp"
#include "contract/os/machine.hpp"
#include "contract/pipeline/configuration.hpp"
#include "contract/pipeline/load.hpp"
#include "session.hpp"

namespace contract::cli {

namespace {

namespace ex = contract::expression;

constexpr std::array eval_options = std::to_array<OptionSpec>({
    {"--let", "", "NAME=EXPR", "give a variable a value, which may use the variables before it", true},
    {"--system", "", "SYSTEM", "plan for this system instead of this machine's", false},
});

// What an expression can name: the values of --let, and the plan of the contract around the working
// directory. The plan is made when an expression names something of it, and again when one reads what hosts
// have decided, which costs more. What was made stays, because values look into it.
class Scope final : public ex::Variables {
public:
    explicit Scope(const Arguments& arguments) : arguments_(arguments) {}

    const ex::Value* find(std::string_view name) const override {
        if (const auto* value = lets_.find(name)) return value;
        return plan_ ? plan_->find(name) : nullptr;
    }
    void let(const std::string& name, ex::Value value) {
        lets_.set(name, std::move(value));
        types_.set(name, ex::Type::of(ex::Kind::dynamic));
    }
    const ex::Types& types() const { return types_; }
    bool has_contract() const { return has_contract_; }
    // The bits of what is wrong with the contract, which was printed.
    int status() const { return status_; }

    // Makes what `program` names. False: there is a contract and nothing of it can be planned.
    bool prepare(const ex::Program& program) {
        if (!names_plan(program)) return true;
        const bool hosts = evaluation::reads_host_config(program);
        if (plan_ && (explained_ || !hosts)) return true;
        const auto directory =
            pipeline::find_contract_directory(arguments_.value("--directory").value_or("."));
        has_contract_ = directory.has_value();
        return !directory || make(*directory, hosts);
    }

private:
    bool names_plan(const ex::Program& program) const {
        const auto names = evaluation::PlanVariables::names();
        for (const auto& reference : program.references()) {
            const auto name = reference.steps[0].name();
            if (lets_.find(name) == nullptr && std::find(names.begin(), names.end(), name) != names.end())
                return true;
        }
        return false;
    }

    bool make(const std::string& directory, bool hosts) {
        auto store = store::Store::open(os::contract_home());
        if (!store) {
            status_ = print_findings({core::finding_from(core::Stage::evaluation, "", store.error())}, {},
                                     arguments_);
            return false;
        }
        inputs::Context context{*store, directory};
        context.configuration = pipeline::load_configuration().configuration;
        const auto system = arguments_.value("--system").value_or(os::system_name());
        const auto& planned = plans_.emplace_back(pipeline::plan(context, system, hosts ? "hosts" : ""));
        if (!plan_)
            status_ |= print_findings(planned.evaluated.result.findings, planned.loaded.manifest.sources,
                                      arguments_);
        if (!planned.loaded.usable) return false;
        plan_.emplace(planned.evaluated.plan);
        explained_ = hosts;
        for (const auto& name : evaluation::PlanVariables::names())
            if (lets_.find(name) == nullptr) types_.set(name, ex::Type::of(ex::Kind::dynamic));
        return true;
    }

    const Arguments& arguments_;
    ex::NamedValues lets_;
    ex::NamedTypes types_;
    std::deque<pipeline::Planned> plans_;
    std::optional<evaluation::PlanVariables> plan_;
    bool explained_ = false;  // with what hosts have decided
    bool has_contract_ = true;
    int status_ = core::exit_status::passed;
};

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
void warn_of_unknown_names(const ex::Program& program, const Scope& scope, const std::string& name,
                           Evaluated& out) {
    const auto of_plan = evaluation::PlanVariables::names();
    for (const auto& problem : program.check(scope.types())) {
        if (problem.code != "unknown-name") continue;
        out.findings.push_back(finding_of(problem, name, program.text()));
        const auto word = program.text().substr(problem.begin, problem.end - problem.begin);
        if (!scope.has_contract() && std::find(of_plan.begin(), of_plan.end(), word) != of_plan.end())
            out.findings.back().help = {
                "it is a variable of a contract, and there is no contract.toml here or "
                "above; -C names another directory"};
        if (out.value) out.findings.back().severity = core::Severity::warning;
    }
}

Evaluated evaluate(const std::string& name, const std::string& text, Scope& scope) {
    Evaluated out;
    auto parsed = ex::Program::parse(text);
    if (const auto* problem = std::get_if<ex::Problem>(&parsed)) {
        out.findings.push_back(finding_of(*problem, name, text));
        return out;
    }
    const auto& program = std::get<ex::Program>(parsed);
    if (!scope.prepare(program)) return out;
    auto outcome = program.evaluate(scope);
    const auto* problem = std::get_if<ex::Problem>(&outcome);
    if (problem == nullptr) out.value = std::get<ex::Value>(std::move(outcome));
    warn_of_unknown_names(program, scope, name, out);
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
    Scope scope(arguments);
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
        if (!evaluated.value) return status | scope.status();
        if (is_literal) continue;
        scope.let(name, std::move(*evaluated.value));
    }
    const std::string file = "EXPR";
    sources[file] = arguments.positionals[0];
    auto evaluated = evaluate(file, sources[file], scope);
    const int status = print_findings(evaluated.findings, sources, arguments);
    if (!evaluated.value) return status | scope.status();
    auto json = ex::to_json(*evaluated.value, ex::JsonForm::tagged);
    if (const auto* problem = std::get_if<ex::Problem>(&json))
        return print_findings({finding_of(*problem, file, sources[file])}, sources, arguments) |
               scope.status();
    return scope.status() | (print(std::get<std::string>(json) + "\n") ? core::exit_status::passed
                                                                       : core::exit_status::internal);
}

}  // namespace

const CommandSpec& eval_command() {
    static const CommandSpec command{
        "eval",
        "print the value of an expression",
        "Evaluates EXPR, an expression as contract.toml(5) describes them, and prints its value as one line "
        "of "
        "JSON. What JSON has no form for is an object with one key that says what it is: {\"$uint\": 1}, "
        "{\"$bytes\": \"AP8=\"}, {\"$duration\": \"90s\"}. In a contract the expression sees the plan, under "
        "the names that "
        "`contract show --json` prints: hosts.web.config.web.port, packages.zlib.path. The contract is "
        "evaluated "
        "only when the expression names something of it.",
        {"EXPR", "the expression; put -- before one that looks like an option, such as -h or --x", true,
         false, false, true},
        eval_options,
        run_eval};
    return command;
}

}  // namespace contract::cli
