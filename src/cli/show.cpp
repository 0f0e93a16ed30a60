// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "contract/base/text.hpp"
#include "contract/os/machine.hpp"
#include "contract/pipeline/configuration.hpp"
#include "contract/pipeline/load.hpp"
#include "contract/report/report.hpp"
#include "session.hpp"

namespace contract::cli {

namespace {

constexpr std::array show_options = std::to_array<OptionSpec>({
    {"--system", "", "SYSTEM", "plan for this system instead of this machine's", false},
    {"--json", "", "", "print the whole plan as JSON (contract.plan/v1)", false},
});

int run_show(const Arguments& arguments) {
    const auto directory = contract_directory(arguments);
    if (!directory) return core::exit_status::usage;
    if (arguments.positionals.size() > 1) return wrong_usage("'contract show' takes one TARGET at a time");
    auto store = store::Store::open(os::contract_home());
    if (!store)
        return print_findings({core::finding_from(core::Stage::evaluation, "", store.error())}, {},
                              arguments);
    const auto system = arguments.value("--system").value_or(os::system_name());
    inputs::Context context{*store, *directory};
    context.configuration = pipeline::load_configuration().configuration;
    const std::string target = arguments.positionals.empty() ? "" : arguments.positionals[0];
    const auto planned = pipeline::plan(context, system, arguments.has("--json") ? "hosts" : target);
    const int status =
        print_findings(planned.evaluated.result.findings, planned.loaded.manifest.sources, arguments);
    if (!planned.loaded.usable) return status;

    const auto is_it = [&](const auto& one) { return one.target == target; };
    const auto& targets = planned.evaluated.result.targets;
    const auto& probes = planned.evaluated.plan.probes;  // those of hosts are planned, not declared
    const bool known = target.empty() || target == "inputs" || target == "policies" ||
                       std::any_of(targets.begin(), targets.end(), is_it) ||
                       std::any_of(probes.begin(), probes.end(), is_it);
    if (!known) {
        const std::string option = report::option_text(planned.evaluated.plan, target);
        if (!option.empty())
            return status | (print(option) ? core::exit_status::passed : core::exit_status::internal);
        return wrong_usage(
            fmt::format("no target '{}' is declared; `contract show` lists them", harmless(target)));
    }
    const std::string text = arguments.has("--json") ? report::plan_json(planned.evaluated.plan)
                                                     : report::plan_text(planned.evaluated.plan, target,
                                                                         style_for(arguments, STDOUT_FILENO));
    return status | (print(text) ? core::exit_status::passed : core::exit_status::internal);
}

}  // namespace

const CommandSpec& show_command() {
    static const CommandSpec command{
        "show",
        "show the plan: what the contract means, before anything is built",
        "Evaluates the contract and prints its targets with their output paths, or all that is planned of "
        "one target. "
        "The plan depends on the files, the lock and the system alone: two machines print the same bytes.",
        {"TARGET",
         "packages.NAME, hosts.NAME, …: show this one whole; inputs, policies: all of them; "
         "hosts.NAME.OPTION: the "
         "value of an "
         "option and everybody who has a say in it",
         false, false},
        show_options,
        run_show};
    return command;
}

}  // namespace contract::cli
