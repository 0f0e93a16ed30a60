// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <array>

#include "contract/base/text.hpp"
#include "session.hpp"
#include "trusted.hpp"

namespace contract::cli {

namespace {

constexpr std::array trust_options = std::to_array<OptionSpec>({
    {"--remove", "", "", "trust it no longer", false},
});

int run_trust(const Arguments& arguments) {
    const auto directory = contract_directory(arguments);
    if (!directory) return core::exit_status::usage;
    const bool trusted = !arguments.has("--remove");
    if (const auto done = set_trusted(*directory, trusted); !done) {
        print_message(fmt::format("contract: {}\n", done.error().message));
        return core::exit_status::internal;
    }
    const auto text =
        fmt::format("{} {}\n", trusted ? "trusted:" : "not trusted any more:", harmless(*directory));
    return print(text) ? core::exit_status::passed : core::exit_status::internal;
}

}  // namespace

const CommandSpec& trust_command() {
    static const CommandSpec command{
        "trust",
        "let this contract's probes and `contract run` run programs as you",
        "Records the contract directory in your configuration. Evaluation, "
        "builds and rehearsals never need trust: they "
        "cannot touch anything of yours. Probes that run programs do, and `contract run`.",
        {},
        trust_options,
        run_trust};
    return command;
}

}  // namespace contract::cli
