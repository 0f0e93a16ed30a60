// SPDX-License-Identifier: Apache-2.0
#include "references.hpp"

#include "contract/base/text.hpp"

namespace contract::evaluation {

namespace {

// The target that a reference with a name means; none for a part of a contract that is not named literally.
std::optional<std::string> name_of(const State& state, std::size_t scope,
                                   const expression::Program::Reference& reference) {
    const auto& steps = reference.steps;
    const std::string folder(steps[0].name()), alias(steps[1].name());
    std::string name = folder + "." + alias;
    const std::string part(steps.size() < 3 ? "" : steps[2].name());
    if (folder != "inputs" || (part != "packages" && part != "toolchains")) return name;
    const auto inputs = state.scopes[scope].types.find("inputs");
    const auto input = inputs->fields.find(alias);
    if (input == inputs->fields.end() || input->second->fields.count(part) == 0) return name;
    if (steps.size() < 4) return std::nullopt;
    return name + "." + part + "." + std::string(steps[3].name());
}

}  // namespace

std::vector<NamedTarget> names_in(State& state, std::size_t scope, const expression::Program& program) {
    std::vector<NamedTarget> found;
    for (const auto& reference : program.references()) {
        const std::string folder(reference.steps[0].name());
        if (folder != "packages" && folder != "inputs" && folder != "toolchains") continue;
        NamedTarget named;
        named.begin = reference.begin;
        named.end = reference.end;
        named.code = "expression";
        if (reference.steps.size() < 2) {
            named.message = "'" + folder + "' is used without a literal name";
            named.help.push_back("write " + folder + ".NAME or " + folder + "[\"NAME\"]");
            found.push_back(std::move(named));
            continue;
        }
        const auto name = name_of(state, scope, reference);
        if (!name) {
            const std::string part(reference.steps[2].name());
            named.message = "a contract's '" + part + "' is used without a literal name";
            named.help.push_back("write inputs.NAME." + part + ".NAME");
        } else if (const auto needed = state.resolve_in(scope, *name)) {
            named.target = needed;
        } else if (!state.scopes[scope].types.find(folder)->closed) {
            named.code = "unknown-reference";
            named.message = "there is no '" + harmless(*name) + "'";
        } else {
            continue;
        }
        found.push_back(std::move(named));
    }
    return found;
}

}  // namespace contract::evaluation
