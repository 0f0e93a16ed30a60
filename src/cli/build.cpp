// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <array>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"
#include "contract/pipeline/check.hpp"
#include "contract/pipeline/garbage.hpp"
#include "request.hpp"
#include "session.hpp"

namespace contract::cli {

namespace {

constexpr std::array build_options = std::to_array<OptionSpec>({
    {"--system", "", "SYSTEM", "plan for this system instead of this machine's", false},
    {"--jobs", "-j", "N", "build at most N targets at once; the number of processors unless given", false},
    {"--offline", "", "", "fetch nothing; an input that is not in the store is a finding", false},
    {"--twice", "", "",
     "build the packages among the targets once more, under other circumstances, and compare the outputs",
     false},
    {"--keep", "", "LINK",
     "make LINK a symlink to the output of the one package that is named; while it is there, `contract gc` "
     "keeps it",
     false},
});

// What --keep refers to, before anything is built.
Result<std::optional<std::string>> kept_package(const Arguments& arguments) {
    if (!arguments.has("--keep")) return std::optional<std::string>();
    if (arguments.positionals.size() != 1 || !core::is_package(arguments.positionals.front()))
        return usage_error("--keep needs exactly one package as target: packages.NAME");
    return std::optional(arguments.positionals.front());
}

// Nobody waits for a build whose link cannot be made.
Result<> check_link(const std::string& link) {
    TRY_ASSIGN(const auto there, os::status(link));
    if (there && there->type != os::FileType::symlink)
        return usage_error("--keep: '" + harmless(link) + "' is there already, and is no symlink");
    TRY_ASSIGN(const auto folder, os::target_status(path::parent(link)));
    if (!folder || folder->type != os::FileType::directory)
        return usage_error("--keep: '" + harmless(path::parent(link)) + "' is no directory");
    return {};
}

Result<> keep(const std::string& link, const core::Output& output) {
    TRY_ASSIGN(const auto here, os::real_path("."));
    TRY_ASSIGN(auto store, store::Store::open(os::contract_home()));
    return pipeline::keep_link(store, path::join(here, link), output.path);
}

int run_build(const Arguments& arguments) {
    const auto directory = contract_directory(arguments);
    if (!directory) return core::exit_status::usage;
    auto request = build_request(arguments, *directory);
    if (!request) return wrong_usage(request.error().message);
    const auto kept = kept_package(arguments);
    if (!kept) return wrong_usage(kept.error().message);
    if (*kept)
        if (const auto possible = check_link(arguments.value("--keep").value()); !possible)
            return wrong_usage(possible.error().message);
    request->twice = arguments.has("--twice");
    request->stages = {core::Stage::evaluation, core::Stage::build};
    const auto checked = pipeline::check(*request);
    if (!checked.strangers.empty()) return unknown_targets(checked);
    print_findings(checked.report.findings, checked.report.sources, arguments);
    if (signal_caught() != 0) print_message("contract: interrupted before everything was built\n");
    std::string paths;
    for (const auto& [target, output] : checked.outputs) {
        if (!core::is_package(target)) continue;
        paths += fmt::format("{} {}\n", target, output.real_path);
    }
    if (*kept && checked.outputs.contains(**kept)) {
        const auto done = keep(arguments.value("--keep").value(), checked.outputs.at(**kept));
        if (!done) return wrong_usage(done.error().message);
    }
    const int written = print(paths) ? core::exit_status::passed : core::exit_status::internal;
    return exit_status_after(core::exit_status_of(checked.report) | written);
}

}  // namespace

const CommandSpec& build_command() {
    static const CommandSpec command{
        "build",
        "build packages, checks and formatters, and say where the outputs are",
        "Evaluates the contract and builds the targets, sealed from the host. Prints a line for each package "
        "that was "
        "built or was there already: its target and the directory of its output on this machine.",
        {"TARGET", "packages.NAME, checks.NAME, formatters.NAME, …: only these and what they need", false,
         true},
        build_options,
        run_build};
    return command;
}

}  // namespace contract::cli
