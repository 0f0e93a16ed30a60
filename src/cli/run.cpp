// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"
#include "contract/os/process.hpp"
#include "contract/pipeline/check.hpp"
#include "contract/sandbox/enter.hpp"
#include "request.hpp"
#include "session.hpp"
#include "trusted.hpp"

namespace contract::cli {

namespace {

constexpr std::array run_options = std::to_array<OptionSpec>({
    {"--jobs", "-j", "N", "build at most N targets at once; the number of processors unless given", false},
    {"--offline", "", "", "fetch nothing; an input that is not in the store is a finding", false},
    {"--trust", "", "", "run it although `contract trust` was never said here", false},
});

int not_started(std::string_view message) {
    wrong_usage(message);
    return core::exit_status::not_started;
}

int not_started(const Error& error) {
    std::string text = error.message;
    for (const auto& note : error.notes) text += "\n" + note;
    for (const auto& help : error.help) text += "\nhelp: " + help;
    return not_started(text);
}

// What is built, and by whom it is named: everything it can refer to was built in the same run.
class BuiltPackage {
public:
    BuiltPackage(const pipeline::Checked& checked, const core::PlannedAction& action)
        : outputs_(checked.outputs), action_(action), output_(checked.outputs.at(action.target)) {
        for (const auto& [target, output] : outputs_) by_path_[output.path] = &output;
    }

    // Where the program lies on this machine, and as it is seen inside.
    std::string program() const { return action_.main.empty() ? "bin/" + action_.recipe.name : action_.main; }
    std::string real_program() const { return path::join(output_.real_path, program()); }
    std::string inner_program() const { return path::join(output_.path.text(), program()); }
    const core::Output& output() const { return output_; }

    // Itself, what PATH names, and what any of these refer to.
    std::vector<sandbox::Request::Mount> closure() const {
        std::vector<core::StorePath> open = action_.recipe.uses;
        open.push_back(output_.path);
        std::set<core::StorePath> seen;
        std::vector<sandbox::Request::Mount> mounts;
        while (!open.empty()) {
            const auto path = open.back();
            open.pop_back();
            const auto known = by_path_.find(path);
            if (known == by_path_.end() || !seen.insert(path).second) continue;
            mounts.push_back({known->second->real_path, path.text(), false});
            const auto& references = known->second->references;
            open.insert(open.end(), references.begin(), references.end());
        }
        std::sort(mounts.begin(), mounts.end(),
                  [](const auto& a, const auto& b) { return a.target < b.target; });
        return mounts;
    }

    std::string search_path() const {
        const auto& variables = action_.recipe.environment;
        const auto found = variables.find("PATH");
        return path::join(output_.path.text(), "bin") + (found == variables.end() ? "" : ":" + found->second);
    }

    std::string root_tree() const {
        const auto found = by_path_.find(output_.root.path);
        return output_.root.kind == core::RootKind::tree && found != by_path_.end() ? found->second->real_path
                                                                                    : std::string();
    }

private:
    const core::Outputs& outputs_;
    const core::PlannedAction& action_;
    const core::Output& output_;
    std::map<core::StorePath, const core::Output*> by_path_;
};

int missing_program(const BuiltPackage& package, const std::string& target) {
    const auto names = os::list_directory(path::join(package.output().real_path, "bin"));
    std::string shown = "its output has no folder bin";
    if (names && !names->empty()) shown = "its bin has: " + join(*names, ", ");
    return not_started(
        fmt::format("'{}' has no program '{}'; {}\nhelp: name one with main = \"bin/…\" in [{}]",
                    harmless(target), harmless(package.program()), harmless(shown), harmless(target)));
}

Result<sandbox::EntryRequest> entry_for(const BuiltPackage& package, const pipeline::CheckRequest& request,
                                        std::vector<std::string> arguments) {
    sandbox::EntryRequest entry;
    entry.root_tree = package.root_tree();
    const bool is_in_place = path::join(request.home, "store") == core::store_directory;
    if (!entry.root_tree.empty() || !is_in_place) entry.mounts = package.closure();
    entry.scratch = path::join(request.home, "tmp");
    entry.environment = os::current_environment();
    entry.environment["PATH"] = package.search_path();
    TRY_ASSIGN(entry.working_directory, os::real_path("."));
    entry.folders = {entry.working_directory, request.directory};
    if (const auto home = os::environment_variable("HOME")) entry.folders.push_back(*home);
    entry.command = {package.inner_program()};
    entry.command.insert(entry.command.end(), arguments.begin() + 1, arguments.end());
    return entry;
}

// What this program does to signals is not the program's to inherit.
class Signals {
public:
    Signals() {
        for (std::size_t i = 0; i < numbers.size(); ++i) ::sigaction(numbers[i], nullptr, &before_[i]);
    }
    void restore() const {
        for (std::size_t i = 0; i < numbers.size(); ++i) ::sigaction(numbers[i], &before_[i], nullptr);
        ::signal(SIGPIPE, SIG_DFL);
    }

private:
    static constexpr std::array numbers{SIGINT, SIGTERM};
    std::array<struct sigaction, 2> before_{};
};

Result<bool> may_run(const Arguments& arguments, const std::string& directory) {
    TRY_ASSIGN(const bool recorded, is_trusted(directory));
    return recorded || arguments.has("--trust") || os::environment_variable("CONTRACT_TRUST") == "1";
}

// Why a target that is declared was not built, when no finding says so.
std::string reason_of(const pipeline::Checked& checked, const std::string& target) {
    for (const auto stage : {core::Stage::evaluation, core::Stage::build})
        for (const auto& outcome : checked.report.stage(stage).targets)
            if (outcome.target == target && !outcome.reason.empty())
                return fmt::format("'{}' is {}: {}", harmless(target), core::word(outcome.outcome),
                                   harmless(outcome.reason));
    return fmt::format("'{}' was not built", harmless(target));
}

int not_built(const pipeline::Checked& checked, const std::string& target, const Arguments& arguments) {
    print_findings(checked.report.findings, checked.report.sources, arguments);
    const bool told =
        std::any_of(checked.report.findings.begin(), checked.report.findings.end(),
                    [](const auto& finding) { return finding.severity == core::Severity::error; });
    if (!told) not_started(reason_of(checked, target));
    return exit_status_after(core::exit_status::not_started);
}

int run_run(const Arguments& arguments) {
    const auto directory = contract_directory(arguments);
    if (!directory) return core::exit_status::not_started;
    const auto trusted = may_run(arguments, *directory);
    if (!trusted) return not_started(trusted.error());
    if (!*trusted)
        return not_started(
            fmt::format("'{}' is not trusted to run programs as you\nhelp: read what it runs, then "
                        "say `contract trust`, or --trust for this time",
                        harmless(*directory)));
    const Signals signals;
    auto request = build_request(arguments, *directory);
    if (!request) return not_started(request.error());
    const std::string& name = arguments.positionals[0];
    const std::string target = name.find('.') == std::string::npos ? "packages." + name : name;
    request->stages = {core::Stage::evaluation, core::Stage::build};
    request->targets = {target};
    const auto checked = pipeline::check(*request);
    if (!checked.strangers.empty()) {
        unknown_targets(checked);
        return core::exit_status::not_started;
    }
    const auto action = std::find_if(checked.plan.packages.begin(), checked.plan.packages.end(),
                                     [&](const auto& package) { return package.target == target; });
    if (action == checked.plan.packages.end() || !checked.outputs.contains(target))
        return not_built(checked, target, arguments);

    const BuiltPackage package(checked, *action);
    if (!os::exists(package.real_program())) return missing_program(package, target);
    const auto entry = entry_for(package, *request, arguments.positionals);
    if (!entry) return not_started(entry.error());
    const auto setup = sandbox::entry_setup(*entry);
    signals.restore();
    sandbox::enter(setup, [](const Error& error) { not_started(error); });
}

}  // namespace

const CommandSpec& run_command() {
    static const CommandSpec command{
        "run",
        "build a package and run its program as you, in the root it was built in",
        "Builds the package if that was not done yet and becomes its program, bin/NAME unless the package "
        "says "
        "`main`. What comes after NAME is the program's. It has your user, network, terminal and files; its "
        "tools are those of its root and of what the package uses. Needs trust. The exit status is the "
        "program's own, or 125 when it could not be started.",
        {"NAME", "a package, with or without packages. in front; then the program's arguments", true, false,
         true},
        run_options,
        run_run};
    return command;
}

}  // namespace contract::cli
