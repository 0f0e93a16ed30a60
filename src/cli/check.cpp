// SPDX-License-Identifier: Apache-2.0
#include "contract/pipeline/check.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <array>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"
#include "contract/os/process.hpp"
#include "contract/report/report.hpp"
#include "report_file.hpp"
#include "request.hpp"
#include "session.hpp"
#include "trusted.hpp"

namespace contract::cli {

namespace {

constexpr std::array check_options = std::to_array<OptionSpec>({
    {"--stage", "", "STAGE", "only these stages: evaluation, build, activation, runtime, separated by commas",
     true},
    {"--host", "", "NAME", "this machine is that host: its probes apply here", false},
    {"--root", "", "DIR", "compare the hosts' generations with what is really in DIR; nothing is changed",
     false},
    {"--system", "", "SYSTEM", "plan for this system, x86_64-linux for example, instead of this machine's",
     false},
    {"--jobs", "-j", "N", "build at most N targets at once; the number of processors unless given", false},
    {"--offline", "", "", "fetch nothing; an input that is not in the store is a finding", false},
    {"--trust", "", "", "let this run's probes run programs, as `contract trust` does for good", false},
    {"--unknown", "", "HOW", "what could not be found out counts as: fail (the default) or warn", false},
    {"--json", "", "", "the same as --report json", false},
    {"--report", "", "FORMAT[=FILE]",
     "write a report as human or json, to FILE or instead of the text on standard output", true},
});

struct ReportTarget {
    std::string format;
    std::string file;  // empty: standard output
};

Result<std::vector<ReportTarget>> report_targets(const Arguments& arguments) {
    std::vector<ReportTarget> targets;
    if (arguments.has("--json")) targets.push_back({"json", ""});
    for (const auto& text : arguments.values("--report")) {
        const auto equals = text.find('=');
        targets.push_back(
            {text.substr(0, equals), equals == std::string::npos ? "" : text.substr(equals + 1)});
    }
    int to_output = 0;
    for (const auto& target : targets) {
        if (target.format != "json" && target.format != "human")
            return usage_error(fmt::format("'{}' is not a report format; this version writes human and json",
                                           harmless(target.format)));
        to_output += target.file.empty() ? 1 : 0;
    }
    if (to_output > 1)
        return usage_error(
            "only one report can go to standard output; give the others a file: --report FORMAT=FILE");
    if (to_output == 0) targets.push_back({"human", ""});
    return targets;
}

Result<std::set<core::Stage>> stages_in(const Arguments& arguments) {
    std::set<core::Stage> stages;
    for (const auto& list : arguments.values("--stage")) {
        for (const auto& word : split(list, ',')) {
            const auto stage = core::parse_stage(trim(word));
            if (!stage)
                return usage_error(fmt::format(
                    "'{}' is not a stage; the stages are evaluation, build, activation and runtime",
                    harmless(word)));
            stages.insert(*stage);
        }
    }
    return stages;
}

Result<pipeline::CheckRequest> request_from(const Arguments& arguments, const std::string& directory) {
    TRY_ASSIGN(auto request, build_request(arguments, directory));
    TRY_ASSIGN(request.stages, stages_in(arguments));
    request.host = arguments.value("--host").value_or("");
    if (const auto root = arguments.value("--root")) {
        TRY_ASSIGN(request.compare_root, os::real_path(*root));
    }
    const std::string unknown = arguments.value("--unknown").value_or("fail");
    if (unknown != "fail" && unknown != "warn") return usage_error("--unknown takes fail or warn");
    request.unknown_is_failure = unknown == "fail";
    TRY_ASSIGN(const bool recorded, is_trusted(directory));
    request.trusted =
        recorded || arguments.has("--trust") || os::environment_variable("CONTRACT_TRUST") == "1";
    return request;
}

std::string render(const core::Report& report, const std::string& format, const report::Style& style) {
    return format == "json" ? report::json(report) : report::human(report, style);
}

// A report that cannot be written is contract's own failure: the gate must not look open because a disk is
// full.
int write_reports(const std::vector<ReportTarget>& targets, const core::Report& report,
                  const Arguments& arguments) {
    int status = core::exit_status::passed;
    for (const auto& target : targets) {
        if (target.file.empty()) {
            if (!print(render(report, target.format, style_for(arguments, STDOUT_FILENO))))
                status |= core::exit_status::internal;
            continue;
        }
        const auto written = write_report_file(target.file, render(report, target.format, {}));
        if (written) continue;
        print_message(fmt::format("contract: {}\n", written.error().message));
        status |= core::exit_status::internal;
    }
    return status;
}

int run_check(const Arguments& arguments) {
    const auto directory = contract_directory(arguments);
    if (!directory) return core::exit_status::usage;
    const auto targets = report_targets(arguments);
    if (!targets) return wrong_usage(targets.error().message);
    const auto request = request_from(arguments, *directory);
    if (!request) return wrong_usage(request.error().message);
    auto checked = pipeline::check(*request);
    if (!checked.strangers.empty()) return unknown_targets(checked);
    checked.report.signal = signal_caught();
    const int written = write_reports(*targets, checked.report, arguments);
    return exit_status_after(core::exit_status_of(checked.report) | written);
}

}  // namespace

const CommandSpec& check_command() {
    static const CommandSpec command{
        "check",
        "check that this revision keeps its contract, in all four stages",
        "Evaluates the contract, builds its targets, rehearses its hosts and probes the world outside. "
        "Nothing in the "
        "repository and on the machine is changed. The exit status is a sum: 8 evaluation, 16 build, 32 "
        "activation, 64 "
        "runtime failed.",
        {"TARGET", "packages.NAME, checks.NAME, hosts.NAME, probes.NAME, …: only these and what they need",
         false, true},
        check_options,
        run_check};
    return command;
}

}  // namespace contract::cli
