// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <array>

#include "contract/base/text.hpp"
#include "contract/pipeline/format.hpp"
#include "request.hpp"
#include "session.hpp"

namespace contract::cli {

namespace {

constexpr std::array fmt_options = std::to_array<OptionSpec>({
    {"--check", "", "", "change nothing, and say what would be changed", false},
    {"--jobs", "-j", "N", "run at most N formatters at once; the number of processors unless given", false},
    {"--offline", "", "", "fetch nothing; an input that is not in the store is a finding", false},
});

int run_fmt(const Arguments& arguments) {
    const auto directory = contract_directory(arguments);
    if (!directory) return core::exit_status::usage;
    auto request = build_request(arguments, *directory);
    if (!request) return wrong_usage(request.error().message);
    for (auto& target : request->targets)
        if (target.find('.') == std::string::npos) target.insert(0, "formatters.");
    for (const auto& target : request->targets)
        if (!target.starts_with("formatters."))
            return wrong_usage(fmt::format("'{}' is no formatter", harmless(target)));
    const auto result = pipeline::format(
        std::move(*request), arguments.has("--check") ? pipeline::Write::nothing : pipeline::Write::files);
    if (!result.any_formatter) {
        print_message("contract: the contract has no formatter\n");
        return core::exit_status::passed;
    }
    if (!result.checked.strangers.empty()) return unknown_targets(result.checked);
    std::string lines;
    for (const auto& [file, formatter] : result.written)
        lines += fmt::format("{} {}\n", harmless(file), harmless(formatter));
    const int written = print(lines) ? core::exit_status::passed : core::exit_status::internal;
    const auto& report = result.checked.report;
    const int found = print_findings(report.findings, report.sources, arguments);
    return exit_status_after(found | written);
}

}  // namespace

const CommandSpec& fmt_command() {
    static const CommandSpec command{
        "fmt",
        "run the formatters and write the files that they change",
        "Runs the formatters sealed and on copies, as `contract check` does, and only when all of them ended "
        "well "
        "writes the files that they changed, with a line for each: the file and the formatter. With --check "
        "nothing is written, and a file that would be changed is a finding.",
        {"NAME", "a formatter, with or without formatters. in front; none: all of them", false, true},
        fmt_options,
        run_fmt};
    return command;
}

}  // namespace contract::cli
