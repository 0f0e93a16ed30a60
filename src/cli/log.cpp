// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"
#include "contract/store/store.hpp"
#include "session.hpp"

namespace contract::cli {

namespace {

constexpr std::uint64_t largest_log = 256u << 20;

Result<std::string> last_log(const std::string& directory, const std::string& target) {
    TRY_ASSIGN(const auto store, store::Store::open(os::contract_home()));
    TRY_ASSIGN(const auto action, store.last_log(directory, target));
    if (!action)
        return Error{"no-log",
                     "there is no log of '" + harmless(target) + "'; it was not built here by this user",
                     Blame::declaration,
                     {},
                     {},
                     {}};
    return os::read_file(store.log_file(*action), largest_log);
}

int run_log(const Arguments& arguments) {
    const auto directory = contract_directory(arguments);
    if (!directory) return core::exit_status::usage;
    const auto text = last_log(*directory, arguments.positionals.at(0));
    if (!text) return wrong_usage(text.error().message);
    return print(harmless(*text)) ? core::exit_status::passed : core::exit_status::internal;
}

}  // namespace

const CommandSpec& log_command() {
    static const CommandSpec command{
        "log",
        "print the log of a target's last build or check",
        "Prints what the last action of TARGET wrote, failed or not. Control characters are made visible.",
        {"TARGET", "packages.NAME, checks.NAME or formatters.NAME", true, false},
        {},
        run_log};
    return command;
}

}  // namespace contract::cli
