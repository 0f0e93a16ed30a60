// SPDX-License-Identifier: Apache-2.0
//
// A plan with hosts written by hand and a store of its own: what every test of the whole stage starts from.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "contract/activation/activation.hpp"
#include "contract/os/file.hpp"
#include "contract/os/process.hpp"
#include "temporary.hpp"

namespace contract::test {

inline std::string tool(const std::string& variable) {
    const auto path = os::environment_variable(variable);
    if (!path) throw InternalError(variable + " is not set; run the tests with meson");
    return *path;
}

inline core::GenerationEntry entry(const std::string& path, const std::string& text,
                                   std::uint32_t mode = 0644) {
    core::GenerationEntry made;
    made.path = path;
    made.content = core::FileText{text};
    made.mode = mode;
    made.option = "files.\"" + path + "\"";
    return made;
}

class Fleet {
public:
    Fleet() : store(store::Store::open(directory / "home").value()) {
        sandbox::set_helper_executable(tool("ACTIVATION_HELPER"));
        plan.system = "x86_64-linux";
    }

    core::PlannedHost& host(const std::string& name, std::vector<core::GenerationEntry> entries) {
        core::PlannedHost made;
        made.target = "hosts." + name;
        made.where = {"contract.toml", 7, 1, 7, 12, 60, 71};
        made.system = plan.system;
        made.host_class = "linux";
        made.generation.entries = std::move(entries);
        plan.hosts.push_back(std::move(made));
        return plan.hosts.back();
    }
    // A package whose output is the folder `name` of this test.
    core::StorePath output(const std::string& name) {
        core::Output made;
        made.path = core::StorePath(Digest::of(name), name);
        made.tree = Digest::of("tree of " + name);
        made.real_path = directory / name;
        outputs["packages." + name] = made;
        return made.path;
    }

    core::StageResult check() {
        return activation::activate_check({plan, outputs, store, compare_root, hosts, blocked});
    }

    TempDir directory;
    store::Store store;
    core::Plan plan;
    core::Outputs outputs;
    std::string compare_root;
    std::vector<std::string> hosts;
    std::vector<std::string> blocked;
};

inline const core::TargetOutcome& outcome(const core::StageResult& result, const std::string& target) {
    for (const auto& one : result.targets)
        if (one.target == target) return one;
    throw InternalError("no outcome of " + target);
}

// "code target: message" of each finding: what a failed comparison should show.
inline std::vector<std::string> told(const core::StageResult& result) {
    std::vector<std::string> lines;
    for (const auto& finding : result.findings)
        lines.push_back(finding.code + " " + finding.target + ": " + finding.message);
    return lines;
}

}  // namespace contract::test
