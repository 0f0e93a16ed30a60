// SPDX-License-Identifier: Apache-2.0
//
// What every sandbox test starts from: folders of its own, the attacker bound at /attack, and a complete
// Setup from which a test takes one protection out.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "contract/os/file.hpp"
#include "contract/os/process.hpp"
#include "contract/sandbox/sandbox.hpp"
#include "temporary.hpp"

namespace contract::test {

struct Outcome {
    sandbox::RunResult result;
    std::string output;
    bool attack_succeeded() const {
        return result.end == sandbox::RunResult::End::exited && result.status == 0;
    }
    bool attack_refused() const {
        return result.end == sandbox::RunResult::End::exited && result.status == 1;
    }
};

class Sandboxed {
public:
    Sandboxed() {
        sandbox::set_helper_executable(tool("SANDBOX_HELPER"));
        // Searchable, for the tests that take the mount namespace away.
        if (::chmod(directory_.path().c_str(), 0755) != 0) throw InternalError("chmod");
        os::make_directories(directory_ / "root").value();
        own_folder("build");
        directory_.write("attack", os::read_file(tool("SANDBOX_ATTACK")).value(), 0755);
    }

    static std::string tool(const std::string& variable) {
        const auto path = os::environment_variable(variable);
        if (!path) throw InternalError(variable + " is not set; run the tests with meson");
        return *path;
    }

    // A folder that the sealed process may write, where the mount lets it.
    std::string own_folder(const std::string& name) const {
        const std::string path = directory_ / name;
        os::make_directories(path).value();
        const auto owner = sandbox::build_owner();
        if (owner != ::geteuid() && ::chown(path.c_str(), owner, owner) != 0) throw InternalError("chown");
        return path;
    }

    sandbox::Request request(const std::vector<std::string>& attack) const {
        sandbox::Request request;
        request.scratch = directory_ / "root";
        request.build_directory = directory_ / "build";
        request.mounts.push_back({directory_ / "attack", "/attack", false});
        request.command = {"/attack"};
        request.command.insert(request.command.end(), attack.begin(), attack.end());
        return request;
    }
    sandbox::Setup setup(const std::vector<std::string>& attack) const {
        return sandbox::sealed_setup(request(attack));
    }

    Outcome run(const sandbox::Setup& setup, const sandbox::RunLimits& limits = {}) const {
        Outcome outcome;
        outcome.result =
            sandbox::run(setup, limits, [&](std::string_view text) { outcome.output += text; }).value();
        return outcome;
    }

    // The attack as the machine's own process would do it as far as files go.
    sandbox::Setup without_mounts(const std::vector<std::string>& attack) const {
        auto open = without(setup(attack), sandbox::Namespace::mount);
        open.command[0] = directory_ / "attack";
        open.working_directory = directory_.path();
        return open;
    }

    static sandbox::Setup without(sandbox::Setup setup, sandbox::Namespace name) {
        auto& names = setup.namespaces;
        names.erase(std::remove(names.begin(), names.end(), name), names.end());
        return setup;
    }

    // Root of its own namespaces, with nothing taken away: only the user namespace is left.
    static sandbox::Setup as_inner_root(sandbox::Setup setup) {
        setup.inner_id = 0;
        setup.drop_capabilities = false;
        setup.filter_system_calls = false;
        return setup;
    }

    // The attack by this process itself, without any sandbox.
    static bool succeeds_outside(const std::vector<std::string>& attack) {
        os::ProcessRequest request;
        request.command = {tool("SANDBOX_ATTACK")};
        request.command.insert(request.command.end(), attack.begin(), attack.end());
        return os::run(request).value().status == 0;
    }

    template <typename Step>
    static sandbox::Setup without_step(sandbox::Setup setup) {
        auto& steps = setup.mounts;
        steps.erase(std::remove_if(steps.begin(), steps.end(),
                                   [](const auto& step) { return std::holds_alternative<Step>(step); }),
                    steps.end());
        return setup;
    }

    const TempDir& directory() const { return directory_; }

private:
    TempDir directory_;
};

}  // namespace contract::test
