// SPDX-License-Identifier: Apache-2.0
//
// Toolchains, packages and checks: declarations whose needs are met become recipes.
#include "actions.hpp"

#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "interpolation.hpp"
#include "overrides.hpp"
#include "standing.hpp"

namespace contract::evaluation {

namespace {

std::vector<std::string> texts(const core::Texts& list) {
    std::vector<std::string> out;
    for (const auto& text : list) out.push_back(text.value);
    return out;
}

// The files know patterns as text: the one that their error quotes is the one it is about.
const Span& place_of(const Error& error, const core::SourceSelection& source) {
    if (error.code == "bad-pathspec")
        for (const auto* list : {&source.include, &source.exclude})
            for (const auto& text : *list)
                if (error.message.find("'" + harmless(text.value) + "'") != std::string::npos)
                    return text.where;
    return source.from.where;
}

// Fills in the tree; of an input that may not be here yet, which files of it are taken.
void add_source(State& state, std::size_t target, const std::optional<core::SourceSelection>& source,
                core::PlannedAction& planned) {
    if (!source) return;
    if (const auto input = state.resolve(target, source->from)) {
        const auto tree = state.trees.find(*input);
        if (tree == state.trees.end()) return;
        planned.recipe.source = tree->second;
        planned.recipe.include = texts(source->include);
        planned.recipe.exclude = texts(source->exclude);
        planned.depends_on.push_back(state.targets[*input].name);
        return;
    }
    const std::string& from = source->from.value;
    if (from.compare(0, 2, "./") != 0 && from != ".") return;  // reported with the needs
    auto& files = *state.scopes[state.scope_at(target, source->from.where)].files;
    auto tree = files.tree(path::normalise(from), texts(source->include), texts(source->exclude));
    if (tree)
        planned.recipe.source = *tree;
    else
        state.fail(target, tree.error(), place_of(tree.error(), *source));
}

void add_patches(State& state, std::size_t target, const core::Texts& patches, core::PlannedAction& planned) {
    for (const auto& patch : patches) {
        auto& files = *state.scopes[state.scope_at(target, patch.where)].files;
        const std::string name = path::normalise(patch.value);
        // Read first: a folder is a tree too, and no patch.
        const auto bytes = files.read(name);
        const auto tree = bytes ? files.tree(name, {}, {}) : Result<Digest>(bytes.error());
        if (!tree) {
            state.fail(target, tree.error(), patch.where);
            continue;
        }
        planned.recipe.patches.push_back(*tree);
        planned.patches.push_back({name, patch.where});
    }
}

core::SandboxLevel least_level(const core::Manifest& manifest) {
    if (!manifest.contract.sandbox) return core::SandboxLevel::sealed;
    for (const auto level : {core::SandboxLevel::reduced, core::SandboxLevel::off})
        if (manifest.contract.sandbox->value == core::word(level)) return level;
    return core::SandboxLevel::sealed;
}

// Neither contract has a build sealed less than it says; the levels are ordered, best first.
core::SandboxLevel least_level_of(const State& state, std::size_t target) {
    return std::min(least_level(state.manifest), least_level(state.manifest_of(target)));
}

std::vector<std::string> names_of(State& state, std::size_t target, const core::Texts& references) {
    std::vector<std::string> names;
    for (const auto& reference : references)
        names.push_back(state.targets[*state.resolve(target, reference)].name);
    return names;
}

// A check never shares a store path with a package of its name and script.
std::string_view prefix_of(TargetKind kind) {
    return kind == TargetKind::check ? "check-" : kind == TargetKind::formatter ? "format-" : "";
}

}  // namespace

std::vector<std::string> arguments_of(State& state, std::size_t target, const core::Texts& arguments) {
    std::vector<std::string> argv;
    for (const auto& argument : arguments)
        if (auto text = render(state, target, argument.value, argument.where))
            argv.push_back(std::move(*text));
    return argv;
}

std::vector<std::string> command_of(State& state, std::size_t target, const core::Command& command) {
    const auto* script = std::get_if<core::Text>(&command);
    if (script == nullptr) return arguments_of(state, target, std::get<core::Texts>(command));
    auto text = render(state, target, script->value, script->where, Use::script);
    if (!text) return {};
    return {"/bin/sh", "-eu", "-c", std::move(*text)};
}

std::optional<core::PlannedAction> plan_action(State& state, std::size_t target, const ActionKeys& action) {
    core::PlannedAction planned;
    add_source(state, target, action.source, planned);
    add_patches(state, target, action.patches, planned);
    if (!state.targets[target].usable()) return std::nullopt;
    Standing standing = stand(state, target, action.head);
    set_variables(state, target, action.head.env, standing);
    if (action.command != nullptr) planned.recipe.command = command_of(state, target, *action.command);
    if (!state.targets[target].usable()) return std::nullopt;
    planned.target = state.targets[target].name;
    planned.where = state.targets[target].where;
    if (action.head.description) planned.description = action.head.description->value;
    planned.recipe.name = std::string(prefix_of(state.targets[target].kind)) + action.head.name.value;
    planned.recipe.environment = process_environment(standing);
    planned.recipe.uses = standing.uses;
    planned.recipe.root = standing.root;
    planned.recipe.system = state.request.system;
    planned.recipe.least_level = least_level_of(state, target);
    planned.output = core::output_path(planned.recipe);
    planned.limits = action.limits;
    planned.depends_on.insert(planned.depends_on.end(), standing.depends_on.begin(),
                              standing.depends_on.end());
    sort_unique(planned.depends_on);
    planned.declared_tools = names_of(state, target, action.head.uses);
    return planned;
}

namespace {

void publish_package(State& state, std::size_t target, const core::PlannedAction& planned) {
    state.paths[target] = planned.output;
    state.package_roots[target] = planned.recipe.root;
    state.publish(target, {{"path", planned.output.text()}, {"name", planned.recipe.name}});
}

}  // namespace

void finish_toolchain(State& state, std::size_t target) {
    if (!state.targets[target].usable()) return;
    const core::Toolchain& toolchain = state.manifest_of(target).toolchains[state.targets[target].index];
    Standing standing = stand(state, target, toolchain);
    set_variables(state, target, toolchain.env, standing);
    if (!state.targets[target].usable()) return;
    core::PlannedToolchain planned;
    planned.target = state.targets[target].name;
    planned.where = state.targets[target].where;
    planned.root = standing.root;
    planned.uses = standing.uses;
    planned.environment = process_environment(standing);
    planned.depends_on = standing.depends_on;
    state.plan.toolchains.push_back(std::move(planned));
    state.toolchains[target] = std::move(standing);
}

void finish_action(State& state, std::size_t target) {
    const std::size_t index = state.targets[target].index;
    if (state.targets[target].kind == TargetKind::package) {
        const core::Package& package = state.package_of(target);
        auto planned = plan_action(
            state, target, {package, package.source, package.patches, &package.build, package.limits});
        if (!planned) return;
        if (package.main) planned->main = package.main->value;
        planned->changed = changed_keys(state, target);
        publish_package(state, target, *planned);
        state.plan.packages.push_back(std::move(*planned));
    } else {
        const core::Check& check = state.manifest_of(target).checks[index];
        auto planned =
            plan_action(state, target, {check, check.source, check.patches, &check.run, check.limits});
        if (planned) state.plan.checks.push_back(std::move(*planned));
    }
}

}  // namespace contract::evaluation
