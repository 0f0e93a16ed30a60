// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <array>

#include "contract/base/text.hpp"
#include "contract/os/machine.hpp"
#include "contract/pipeline/check.hpp"
#include "contract/store/log.hpp"
#include "contract/store/store.hpp"
#include "planning.hpp"
#include "request.hpp"
#include "session.hpp"

namespace contract::cli {

namespace {

constexpr std::array log_options = std::to_array<OptionSpec>({
    {"--explain", "", "",
     "build it, and where it fails once more under observation: what it looked for and did not find, where "
     "it "
     "tried to connect and to write",
     false},
});

// None: nothing of that name was built.
Result<std::optional<std::string>> last_log(const std::string& directory, const std::string& target) {
    TRY_ASSIGN(const auto store, store::Store::open(os::contract_home()));
    TRY_ASSIGN(const auto action, store.last_log(directory, target));
    if (!action) return std::optional<std::string>();
    TRY_ASSIGN(auto text, store::read_log(store.log_file(*action)));
    return std::optional(std::move(text));
}

// Only now is the contract evaluated: the log of what is no longer declared can be read too.
int no_log(const Arguments& arguments, const std::string& directory) {
    auto request = build_request(arguments, directory);
    if (!request) return wrong_usage(request.error().message);
    request->stages = {core::Stage::evaluation};
    const auto checked = pipeline::check(*request);
    if (!checked.strangers.empty()) return unknown_targets(checked);
    return exit_status_after(
        wrong_usage(fmt::format("there is no log of '{}'; it was not built here by this user",
                                harmless(arguments.positionals.at(0)))));
}

// What a failed build did, without the times and numbers of a report.
int explain(const Arguments& arguments, const std::string& directory) {
    auto request = build_request(arguments, directory);
    if (!request) return wrong_usage(request.error().message);
    request->observe = true;
    request->stages = {core::Stage::evaluation, core::Stage::build};
    const auto checked = pipeline::check(*request);
    if (!checked.strangers.empty()) return unknown_targets(checked);
    print_findings(checked.report.findings, checked.report.sources, arguments);
    const int status = core::exit_status_of(checked.report);
    if (status == core::exit_status::passed)
        print_message(fmt::format("contract: '{}' passes: there is nothing to explain\n",
                                  harmless(arguments.positionals.at(0))));
    return exit_status_after(status);
}

int run_log(const Arguments& arguments) {
    const auto directory = contract_directory(arguments);
    if (!directory) return core::exit_status::usage;
    if (arguments.has("--explain")) return explain(arguments, *directory);
    const auto text = last_log(*directory, arguments.positionals.at(0));
    if (!text) return tell(text.error(), arguments);
    if (!*text) return no_log(arguments, *directory);
    return print(harmless(**text)) ? core::exit_status::passed : core::exit_status::internal;
}

}  // namespace

const CommandSpec& log_command() {
    static const CommandSpec command{
        "log",
        "print the log of a target's last build or check",
        "Prints what the last action of TARGET wrote, failed or not. Control characters are made visible.",
        {"TARGET", "packages.NAME, checks.NAME or formatters.NAME", true, false},
        log_options,
        run_log};
    return command;
}

}  // namespace contract::cli
