// SPDX-License-Identifier: Apache-2.0
#include "action.hpp"

#include <algorithm>
#include <set>

namespace contract::build {

namespace {

std::string_view first_line(ActionKind kind) {
    switch (kind) {
        case ActionKind::package: return "package 1\n";
        case ActionKind::check: return "check 1\n";
        case ActionKind::formatter: return "formatter 1\n";
    }
    return {};
}

}  // namespace

ActionKind kind_of(const core::PlannedAction& action) {
    if (action.target.starts_with("checks.")) return ActionKind::check;
    return action.target.starts_with("formatters.") ? ActionKind::formatter : ActionKind::package;
}

bool has_output(const core::PlannedAction& action) {
    return kind_of(action) == ActionKind::package;
}

Digest action_key(const core::PlannedAction& action, const Digest& machine) {
    Sha256 hash;
    hash.update(first_line(kind_of(action)));
    hash.update(core::digest_of(action.recipe).text() + "\n");
    hash.update(std::string(core::word(action.recipe.least_level)) + "\n");
    hash.update((machine.is_zero() ? "no machine" : machine.text()) + "\n");
    return hash.finish();
}

Digest combined_machine(const std::vector<Digest>& fingerprints) {
    if (fingerprints.empty()) return {};
    auto sorted = fingerprints;
    std::sort(sorted.begin(), sorted.end());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    Sha256 hash;
    for (const auto& fingerprint : sorted) hash.update(fingerprint.text() + "\n");
    return hash.finish();
}

std::vector<core::StorePath> closure_of(
    const std::vector<core::StorePath>& uses,
    const std::function<std::vector<core::StorePath>(const core::StorePath&)>& references_of) {
    std::set<core::StorePath> closure;
    std::vector<core::StorePath> open = uses;
    while (!open.empty()) {
        const core::StorePath path = std::move(open.back());
        open.pop_back();
        if (!closure.insert(path).second) continue;
        for (auto& reference : references_of(path)) open.push_back(std::move(reference));
    }
    return {closure.begin(), closure.end()};
}

os::Environment builder_environment(const core::Recipe& recipe, const core::StorePath& output,
                                    const Perturbation& circumstances) {
    os::Environment environment{
        {"PATH", "/path-not-set"}, {"SOURCE_DATE_EPOCH", "315532800"}, {"TZ", "UTC"}, {"LC_ALL", "C.UTF-8"}};
    for (const auto& [name, value] : recipe.environment) environment[name] = value;
    environment["HOME"] = "/homeless";
    environment["TMPDIR"] = circumstances.build_target;
    environment["out"] = output.text();
    environment["jobs"] = std::to_string(circumstances.jobs);
    return environment;
}

sandbox::Request sandbox_request(const core::PlannedAction& action,
                                 const std::vector<core::StorePath>& closure,
                                 const std::function<std::string(const core::StorePath&)>& real_path,
                                 const Workplace& workplace, const Perturbation& circumstances) {
    sandbox::Request request;
    request.root = action.recipe.root;
    if (request.root.kind == core::RootKind::tree) request.root_tree = real_path(request.root.path);
    for (const auto& path : closure) request.mounts.push_back({real_path(path), path.text(), false});
    request.mounts.push_back({workplace.output, action.output.text(), true});
    request.build_directory = workplace.build;
    request.build_target = circumstances.build_target;
    request.working_directory = circumstances.build_target + (action.recipe.source ? "/source" : "");
    request.host_name = circumstances.host_name;
    request.skipped_processes = circumstances.skipped_processes;
    request.processors = circumstances.processors;
    request.most_memory = static_cast<std::uint64_t>(action.limits.memory_bytes.value_or(0));
    request.environment = builder_environment(action.recipe, action.output, circumstances);
    request.command = action.recipe.command;
    request.scratch = workplace.scratch;
    request.least_level = action.recipe.least_level;
    return request;
}

}  // namespace contract::build
