// SPDX-License-Identifier: Apache-2.0
#include "overrides.hpp"

#include <algorithm>

#include "contract/base/text.hpp"

namespace contract::evaluation {

namespace {

constexpr std::string_view folder = "inputs.";
constexpr std::string_view packages = ".packages.";

const core::Override* override_of(const State& state, const std::string& target) {
    for (const auto& change : state.manifest.overrides)
        if (change.package.value == target) return &change;
    return nullptr;
}

void append(core::Texts& list, const core::Texts& more) {
    list.insert(list.end(), more.begin(), more.end());
}

void merge(std::vector<core::Variable>& variables, const std::vector<core::Variable>& more) {
    for (const auto& variable : more) {
        const auto same = std::find_if(variables.begin(), variables.end(), [&](const core::Variable& known) {
            return known.name.value == variable.name.value;
        });
        if (same == variables.end())
            variables.push_back(variable);
        else
            *same = variable;
    }
}

core::Package merged(core::Package package, const core::Override& change) {
    append(package.patches, change.patches);
    append(package.uses, change.uses);
    merge(package.env, change.env);
    if (change.source) package.source = change.source;
    if (change.build) package.build = *change.build;
    if (change.root) package.root = change.root;
    if (change.main) package.main = change.main;
    package.limits.timeout_seconds = change.timeout_seconds.value_or(package.limits.timeout_seconds);
    package.limits.silence_seconds = change.silence_seconds.value_or(package.limits.silence_seconds);
    if (change.memory_bytes) package.limits.memory_bytes = change.memory_bytes;
    return package;
}

core::Finding& refuse(State& state, const core::Override& change, std::string message) {
    core::Finding finding;
    finding.code = "evaluation.unknown-reference";
    finding.message = std::move(message);
    finding.where = change.package.where;
    return state.add(std::move(finding));
}

// "packages.zlib" of "inputs.site.packages.zlib"
std::string part_of(const std::string& name) {
    return name.substr(name.find(packages) + 1);
}

std::string input_of(const std::string& name) {
    return name.substr(folder.size(), name.find(packages) - folder.size());
}

void suggest(const State& state, const std::string& input, const std::vector<std::string>& parts,
             const std::string& part, core::Finding& finding) {
    if (const auto near = nearest(part, parts))
        finding.help.push_back("did you mean '" + harmless(std::string(folder) + input + "." + *near) + "'?");
    else if (const auto declared = state.find(std::string(folder) + input))
        state.relate(finding, *declared);
}

}  // namespace

void override_package(State& state, std::size_t target) {
    if (state.targets[target].scope == 0) return;
    const std::string& name = state.targets[target].name;
    const auto& broken = state.manifest.broken;
    if (std::find(broken.begin(), broken.end(), "overrides." + name) != broken.end())
        state.targets[target].blocked_by.push_back("overrides." + name);
    if (const auto* change = override_of(state, name))
        state.overridden.emplace(target, merged(state.package_of(target), *change));
}

std::vector<core::ChangedKey> changed_keys(const State& state, std::size_t target) {
    const auto* change =
        state.targets[target].scope == 0 ? nullptr : override_of(state, state.targets[target].name);
    std::vector<core::ChangedKey> keys;
    if (change == nullptr) return keys;
    const auto add = [&](const char* key, bool changed) {
        if (changed) keys.push_back({key, change->where});
    };
    add("patches", !change->patches.empty());
    add("uses", !change->uses.empty());
    add("env", !change->env.empty());
    add("source", change->source.has_value());
    add("build", change->build.has_value());
    add("root", change->root.has_value());
    add("main", change->main.has_value());
    add("timeout", change->timeout_seconds.has_value());
    add("silence", change->silence_seconds.has_value());
    add("memory", change->memory_bytes.has_value());
    return keys;
}

void check_overrides(State& state) {
    for (const auto& change : state.manifest.overrides) {
        const std::string& name = change.package.value;
        const std::string input = input_of(name), part = part_of(name);
        const auto declared = state.find(std::string(folder) + input);
        const auto scope = state.scope_behind(0, input);
        if (!scope) {
            // A contract that could not be read has a finding of its own.
            if (declared && (state.targets[*declared].failed || state.input_of(*declared).contract)) continue;
            auto& finding =
                refuse(state, change, "there is no contract '" + harmless(std::string(folder) + input) + "'");
            if (declared) state.relate(finding, *declared);
            finding.help.emplace_back("a contract is an input with `contract = true`");
            continue;
        }
        std::vector<std::string> parts;
        for (const auto& [known, entry] : state.scopes[*scope].declared)
            if (entry.first == TargetKind::package) parts.push_back(known);
        const auto& broken = state.scopes[*scope].manifest->broken;
        const auto has = [&](const std::vector<std::string>& list) {
            return std::find(list.begin(), list.end(), part) != list.end();
        };
        if (has(parts) || has(broken)) continue;
        auto& finding = refuse(state, change, "there is no '" + harmless(name) + "'");
        suggest(state, input, parts, part, finding);
    }
}

}  // namespace contract::evaluation
