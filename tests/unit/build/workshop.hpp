// SPDX-License-Identifier: Apache-2.0
//
// A plan written by hand, a store of its own, and this machine's /usr as the root: what every test of a real
// build starts from.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "contract/build/build.hpp"
#include "contract/os/file.hpp"
#include "contract/os/process.hpp"
#include "contract/sandbox/sandbox.hpp"
#include "temporary.hpp"

namespace contract::test {

inline core::Root machine_root() {
    return {core::RootKind::host, "machine", {"/bin", "/etc/alternatives", "/lib", "/lib64", "/usr"}};
}

// `target` is "packages.NAME" or "checks.NAME"; `uses` are targets that were made before.
inline core::PlannedAction action(const core::Plan& plan, const std::string& target,
                                  const std::string& script, const std::vector<std::string>& uses = {}) {
    core::PlannedAction action;
    action.target = target;
    action.where = {"contract.toml", 7, 1, 7, 12, 60, 71};
    action.recipe.name = target.substr(target.find('.') + 1);
    action.recipe.command = {"/bin/sh", "-eu", "-c", script};
    action.recipe.environment = {{"PATH", "/usr/bin:/bin"}};
    action.recipe.root = machine_root();
    action.recipe.system = "x86_64-linux";
    for (const auto& use : uses) {
        action.depends_on.push_back(use);
        for (const auto& package : plan.packages)
            if (package.target == use) action.recipe.uses.push_back(package.output);
        for (const auto& input : plan.inputs)
            if (input.target == use) action.recipe.uses.push_back(input.path);
    }
    action.declared_tools = uses;
    std::sort(action.depends_on.begin(), action.depends_on.end());
    action.output = core::output_path(action.recipe);
    return action;
}

class Workshop {
public:
    explicit Workshop(const std::string& home = "")
        : store(store::Store::open(home.empty() ? directory / "home" : home).value()) {
        // Without it the test program itself would be started as the helper.
        const auto helper = os::environment_variable("BUILD_PROCESS");
        if (!helper) throw InternalError("BUILD_PROCESS must name the helper of these tests");
        sandbox::set_helper_executable(*helper);
    }

    // The output's place as a build sees it, for the scripts of later ones.
    std::string package(const std::string& name, const std::string& script,
                        const std::vector<std::string>& uses = {}) {
        plan.packages.push_back(action(plan, "packages." + name, script, uses));
        return plan.packages.back().output.text();
    }
    void check(const std::string& name, const std::string& script,
               const std::vector<std::string>& uses = {}) {
        plan.checks.push_back(action(plan, "checks." + name, script, uses));
    }
    // Gives the last package a source and takes its path anew.
    void give_source(const Digest& tree) {
        plan.packages.back().recipe.source = tree;
        plan.packages.back().output = core::output_path(plan.packages.back().recipe);
    }

    build::Built build(unsigned jobs = 2, std::vector<std::string> targets = {}) {
        build::Request request{plan,     store,      directory.path(), jobs, false, std::move(targets),
                               progress, interrupted};
        return build::build(request);
    }

    std::string read(const build::Built& built, const std::string& target, const std::string& file) const {
        const auto output = built.outputs.find(target);
        if (output == built.outputs.end()) return "(no output)";
        const auto bytes = os::read_file(output->second.real_path + "/" + file);
        return bytes ? *bytes : bytes.error().message;
    }

    TempDir directory;
    store::Store store;
    core::Plan plan;
    std::function<void(const build::Progress&)> progress;
    std::function<bool()> interrupted;
};

inline const core::TargetOutcome& outcome(const build::Built& built, const std::string& target) {
    for (const auto& one : built.result.targets)
        if (one.target == target) return one;
    throw InternalError("no outcome of " + target);
}

// "code target: message" of each finding: what a failed comparison should show.
inline std::vector<std::string> told(const build::Built& built) {
    std::vector<std::string> lines;
    for (const auto& finding : built.result.findings)
        lines.push_back(finding.code + " " + finding.target + ": " + finding.message);
    return lines;
}

inline bool has_evidence(const core::Finding& finding, const std::string& kind, const std::string& part) {
    for (const auto& evidence : finding.evidence)
        if (evidence.kind == kind && evidence.text.find(part) != std::string::npos) return true;
    return false;
}

}  // namespace contract::test
