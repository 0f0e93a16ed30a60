// SPDX-License-Identifier: Apache-2.0
//
// `contract lock` and `contract update`.
#include "contract/pipeline/lock.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "contract/base/text.hpp"
#include "contract/os/machine.hpp"
#include "progress.hpp"
#include "session.hpp"

namespace contract::cli {

namespace {

constexpr std::array lock_options = std::to_array<OptionSpec>({
    {"--offline", "", "", "reach no other machine; an input that would need it is a finding", false},
});

std::string short_pin(const core::Pin& pin) {
    if (!pin.packages.empty())
        return fmt::format("{} ({})", pin.snapshot.substr(0, 8),
                           count(pin.packages.begin()->second.size(), "package"));
    if (!pin.index.is_zero()) return pin.index.hex().substr(0, 12);
    if (pin.rev.empty()) return pin.tree.hex().substr(0, 12);
    return fmt::format("{} ({})", pin.rev.substr(0, 12), pin.date.substr(0, 10));
}

std::string details(const pipeline::PinChange& change) {
    std::string text;
    for (const auto& line : change.details) text += "  " + line + "\n";
    return text;
}

std::string change_line(const pipeline::PinChange& change) {
    switch (change.kind) {
        case pipeline::PinChange::Kind::added:
            return fmt::format("{}: locked at {}\n", change.name, short_pin(change.after));
        case pipeline::PinChange::Kind::moved:
            return fmt::format("{}: {} -> {}\n{}", change.name, short_pin(change.before),
                               short_pin(change.after), details(change));
        case pipeline::PinChange::Kind::removed:
            return fmt::format("{}: removed, no longer an input\n", change.name);
    }
    return "";
}

int run(const Arguments& arguments, bool update) {
    const auto directory = contract_directory(arguments);
    if (!directory) return core::exit_status::usage;
    pipeline::LockRequest request;
    request.directory = *directory;
    request.home = os::contract_home();
    request.offline = arguments.has("--offline");
    request.update = update;
    request.names = arguments.positionals;
    request.jobs = std::max(os::processor_count(), 4U);  // most of the time is waiting
    request.progress = fetch_progress();
    request.interrupted = interruption();
    begin_progress("reading the contract");
    const auto result = pipeline::lock(request);
    for (const auto& stranger : result.strangers)
        wrong_usage(fmt::format("'{}' is not an input that is locked", harmless(stranger)));
    if (!result.strangers.empty()) return core::exit_status::usage;
    std::string text;
    for (const auto& change : result.changes) text += harmless(change_line(change));
    if (result.written)
        text += "wrote contract.lock\n";
    else if (result.interrupted)
        text += "interrupted: contract.lock is as it was\n";
    else if (result.findings.empty())
        text += "contract.lock is up to date\n";
    const int status = print_findings(result.findings, result.sources, arguments);
    return exit_status_after(status |
                             (print(text) ? core::exit_status::passed : core::exit_status::internal));
}

int run_lock(const Arguments& arguments) {
    return run(arguments, false);
}

int run_update(const Arguments& arguments) {
    return run(arguments, true);
}

}  // namespace

const CommandSpec& lock_command() {
    static const CommandSpec command{"lock",
                                     "pin the inputs that contract.lock does not have yet",
                                     "Resolves every input that is new or whose declaration has changed, "
                                     "removes entries whose input is gone, and "
                                     "keeps every other pin. Writes contract.lock whole or not at all.",
                                     {},
                                     lock_options,
                                     run_lock};
    return command;
}

const CommandSpec& update_command() {
    static const CommandSpec command{"update",
                                     "move the pins of inputs to what they name today",
                                     "Resolves the named inputs again, or all of them, and prints what "
                                     "moved. An input that cannot be resolved keeps "
                                     "its pin and does not hold up the others.",
                                     {"INPUT", "the name of an input, without `inputs.`", false, true},
                                     lock_options,
                                     run_update};
    return command;
}

}  // namespace contract::cli
