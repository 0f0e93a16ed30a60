// SPDX-License-Identifier: Apache-2.0
#include "expectation.hpp"

namespace contract::runtime {

namespace {

expression::Program parsed(const std::string& text) {
    auto program = expression::Program::parse(text);
    if (const auto* problem = std::get_if<expression::Problem>(&program))
        throw InternalError("the expectation '" + text +
                            "' was planned but does not parse: " + problem->message);
    return std::get<expression::Program>(std::move(program));
}

std::set<std::string> names_of(const expression::Program& program) {
    std::set<std::string> names;
    for (const auto& reference : program.references())
        names.insert(std::string(reference.steps.front().name()));
    return names;
}

}  // namespace

Expectation::Expectation(const std::string& text) : program_(parsed(text)), used_(names_of(program_)) {}

Verdict Expectation::judge(const Facts& facts) const {
    expression::NamedValues values;
    bool some_unknown = false, some_absent = false;
    for (const auto& [name, fact] : facts.facts) {
        if (fact.state == Fact::State::known) values.set(name, fact.value);
        if (used_.count(name) == 0) continue;
        some_unknown = some_unknown || fact.state == Fact::State::unknown;
        some_absent = some_absent || fact.state == Fact::State::absent;
    }
    Verdict verdict;
    auto outcome = program_.evaluate(values);
    if (auto* problem = std::get_if<expression::Problem>(&outcome)) {
        verdict.kind = some_unknown  ? Verdict::Kind::unknown
                       : some_absent ? Verdict::Kind::fails
                                     : Verdict::Kind::error;
        verdict.problem = std::move(*problem);
        return verdict;
    }
    const auto truth = std::get<expression::Value>(outcome).as<bool>();
    if (!truth) {
        verdict.kind = Verdict::Kind::error;
        verdict.problem = {"type", "an expectation must be true or false", 0, program_.text().size(), {}};
    } else if (!*truth) {
        verdict.kind = Verdict::Kind::fails;
        verdict.steps = program_.steps(values);
    }
    return verdict;
}

std::vector<std::string> names_in(const std::string& text) {
    const auto program = expression::Program::parse(text);
    const auto* parsed_program = std::get_if<expression::Program>(&program);
    if (parsed_program == nullptr) return {};
    const auto names = names_of(*parsed_program);
    return {names.begin(), names.end()};
}

}  // namespace contract::runtime
