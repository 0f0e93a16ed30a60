// SPDX-License-Identifier: Apache-2.0
//
// packages and environment: what a login finds. Shells read the one file, the service managers of users the
// other.
#include <algorithm>

#include "contract/base/text.hpp"
#include "login_files.hpp"
#include "rendering.hpp"

namespace contract::evaluation {

namespace {

// Where in the list the package stands: its text is an expression, so the order has to tell.
Span place_of(const Field& field, std::size_t index) {
    if (field.written.size() == 1 && field.written[0].source != nullptr)
        if (const auto* list = field.written[0].source->list(); list != nullptr && index < list->size())
            return (*list)[index].where;
    return field.deciding()->where;
}

void take_packages(Rendering& rendering, const Field& field, LoginEnvironment& environment) {
    auto& packages = rendering.out.generation.path_packages;
    std::size_t index = 0;
    for (const auto& item : *field.value.as<expression::List>()) {
        const auto* map = item.as<expression::Map>();
        const auto* path = map == nullptr ? nullptr : map->find("path");
        if (path == nullptr) throw InternalError("evaluation: a package without a path");
        const auto output = core::StorePath::parse(*path->as<std::string>());
        const Span where = place_of(field, index++);
        if (!output) {
            rendering.values(rendering.single).refuse("this is no package", where);
            continue;
        }
        const bool again = std::any_of(packages.begin(), packages.end(),
                                       [&](const auto& one) { return one.output == *output; });
        if (again) continue;
        packages.push_back({*output, where});
        environment.folders.push_back(output->text() + "/bin");
    }
}

// Those that decide what a login runs before anything else has a say.
void check_variables(Rendering& rendering, const Field& field,
                     const std::map<std::string, std::string>& variables) {
    for (const char* name : {"PATH", "HOME", "USER", "LOGNAME", "SHELL"})
        if (variables.count(name) != 0) {
            auto& finding =
                rendering.values(rendering.single)
                    .refuse("'environment' cannot set '" + std::string(name) + "'", field.where_of_key(name));
            finding.help.push_back(std::string(name) == "PATH" ? "name packages in `packages`"
                                                               : "the login itself sets it");
        }
}

}  // namespace

void render_login(Rendering& rendering) {
    const Field* packages = rendering.single.find("packages");
    const Field* variables = rendering.single.find("environment");
    LoginEnvironment environment;
    if (packages != nullptr && !packages->from_default) take_packages(rendering, *packages, environment);
    if (variables != nullptr && !variables->from_default) {
        environment.variables = rendering.values(rendering.single).variables("environment");
        check_variables(rendering, *variables, environment.variables);
    }
    if (environment.folders.empty() && environment.variables.empty()) return;
    const bool has_packages = !environment.folders.empty();
    const std::string option = has_packages ? "packages" : "environment";
    const Span where = rendering.values(rendering.single).where(option);
    rendering.add_file(rendering.is_home ? "contract/profile.sh" : "profile.d/contract.sh", option, where,
                       render_profile(environment));
    rendering.add_file("environment.d/contract.conf", option, where, render_environment(environment));
}

}  // namespace contract::evaluation
