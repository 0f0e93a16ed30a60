// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <variant>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/pipeline/load.hpp"
#include "entrance.hpp"
#include "request.hpp"
#include "session.hpp"

namespace contract::cli {

namespace {

constexpr std::array run_options = std::to_array<OptionSpec>({
    {"--jobs", "-j", "N", "build at most N targets at once; the number of processors unless given", false},
    {"--offline", "", "", "fetch nothing; an input that is not in the store is a finding", false},
    {"--trust", "", "", "run it although `contract trust` was never said here", false},
});

// What is built, and the program in it.
class BuiltPackage {
public:
    BuiltPackage(const pipeline::Checked& checked, const core::PlannedAction& action)
        : action_(action), output_(checked.outputs.at(action.target)) {}

    std::string program() const { return action_.main.empty() ? "bin/" + action_.recipe.name : action_.main; }
    // On this machine.
    std::string real_program() const { return path::join(output_.real_path, program()); }
    const core::Output& output() const { return output_; }

    Entrance entrance(const std::vector<std::string>& arguments) const {
        Entrance entrance{
            output_.root, action_.recipe.uses, {}, {path::join(output_.path.text(), program())}};
        entrance.uses.push_back(output_.path);
        const auto& variables = action_.recipe.environment;
        const auto found = variables.find("PATH");
        entrance.environment["PATH"] =
            path::join(output_.path.text(), "bin") + (found == variables.end() ? "" : ":" + found->second);
        entrance.command.insert(entrance.command.end(), arguments.begin(), arguments.end());
        return entrance;
    }

private:
    const core::PlannedAction& action_;
    const core::Output& output_;
};

int missing_program(const BuiltPackage& package, const std::string& target) {
    const auto names = os::list_directory(path::join(package.output().real_path, "bin"));
    std::string shown = "its output has no folder bin";
    if (names && !names->empty()) shown = "its bin has: " + join(*names, ", ");
    return not_started(
        fmt::format("'{}' has no program '{}'; {}\nhelp: name one with main = \"bin/…\" in [{}]",
                    harmless(target), harmless(package.program()), harmless(shown), harmless(target)));
}

// "commands.drain" or "packages.drain" for a name alone: a command wins over a package.
std::string target_of(const std::string& name, const std::string& directory) {
    if (name.find('.') != std::string::npos) return name;
    const auto loaded = pipeline::load(directory);
    const std::string command = "commands." + name;
    const auto& commands = loaded.manifest.commands;
    const auto& broken = loaded.manifest.broken;
    const bool declared = std::any_of(commands.begin(), commands.end(),
                                      [&](const auto& one) { return one.name.value == name; }) ||
                          std::find(broken.begin(), broken.end(), command) != broken.end();
    return declared ? command : "packages." + name;
}

bool has_passed(const core::StageReport& stage, const std::string& target) {
    return std::any_of(stage.targets.begin(), stage.targets.end(), [&](const auto& one) {
        return one.target == target &&
               (one.outcome == core::Outcome::passed || one.outcome == core::Outcome::not_applicable);
    });
}

// The probes that have to pass first. They run programs only because this command may be run too.
bool probes_pass(pipeline::CheckRequest request, const core::PlannedCommand& command,
                 const Arguments& arguments) {
    request.stages = {core::Stage::evaluation, core::Stage::build, core::Stage::runtime};
    request.targets = command.needs;
    request.trusted = true;
    const auto checked = pipeline::check(request);
    const auto& stage = checked.report.stage(core::Stage::runtime);
    const auto failed = std::find_if(command.needs.begin(), command.needs.end(),
                                     [&](const auto& probe) { return !has_passed(stage, probe); });
    if (failed == command.needs.end()) return true;
    print_findings(checked.report.findings, checked.report.sources, arguments);
    not_started(fmt::format("'{}' is not run: it needs '{}', which did not pass", harmless(command.target),
                            harmless(*failed)));
    return false;
}

// What to enter, or the status when there is nothing to.
std::variant<Entrance, int> prepare(const pipeline::CheckRequest& request, const pipeline::Checked& checked,
                                    const Arguments& arguments) {
    const std::string& target = request.targets[0];
    const std::vector<std::string> rest(arguments.positionals.begin() + 1, arguments.positionals.end());
    if (const auto* command = find_target(checked.plan.commands, target); command != nullptr) {
        if (!is_ready(checked, command->depends_on)) return not_built(checked, target, arguments);
        if (!command->needs.empty() && !probes_pass(request, *command, arguments))
            return exit_status_after(core::exit_status::not_started);
        Entrance entrance{command->root, command->uses, command->environment, command->command};
        // Only what is declared is there; without anything that is nothing.
        entrance.environment.emplace("PATH", "/path-not-set");
        entrance.command.insert(entrance.command.end(), rest.begin(), rest.end());
        return entrance;
    }
    const auto* action = find_target(checked.plan.packages, target);
    if (action == nullptr || !checked.outputs.contains(target)) return not_built(checked, target, arguments);
    const BuiltPackage package(checked, *action);
    if (!os::exists(package.real_program())) return missing_program(package, target);
    return package.entrance(rest);
}

int run_run(const Arguments& arguments) {
    const Signals signals;
    const auto directory = trusted_directory(arguments);
    if (!directory) return core::exit_status::not_started;
    auto request = build_request(arguments, *directory);
    if (!request) return not_started(request.error());
    request->stages = {core::Stage::evaluation, core::Stage::build};
    request->targets = {target_of(arguments.positionals[0], *directory)};
    const auto checked = pipeline::check(*request);
    if (!checked.strangers.empty()) {
        unknown_targets(checked);
        return core::exit_status::not_started;
    }
    const auto prepared = prepare(*request, checked, arguments);
    if (const auto* status = std::get_if<int>(&prepared)) return *status;
    return become(std::get<Entrance>(prepared), checked, *request, signals);
}

}  // namespace

const CommandSpec& run_command() {
    static const CommandSpec command{
        "run",
        "run a command of the contract, or the program of a package, as you",
        "Builds what the command or the package needs if that was not done yet, and becomes it: of a package "
        "bin/NAME unless it says `main`. What comes after NAME is the program's. It has your user, network, "
        "terminal and files; its tools are those of its root and of what it uses. The probes that a command "
        "needs have to pass first. Needs trust. The exit status is the program's own, or 125 when it could "
        "not "
        "be started.",
        {"NAME", "a command, else a package; then the program's arguments", true, false, true},
        run_options,
        run_run};
    return command;
}

}  // namespace contract::cli
