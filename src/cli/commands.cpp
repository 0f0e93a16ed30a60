// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "command.hpp"

namespace contract::cli {

std::span<const CommandSpec* const> all_commands() {
    static const std::array commands{
        &check_command(), &build_command(),  &run_command(),        &shell_command(),   &fmt_command(),
        &lock_command(),  &update_command(), &vendor_command(),     &show_command(),    &log_command(),
        &why_command(),   &trace_command(),  &provenance_command(), &copy_command(),    &key_command(),
        &gc_command(),    &store_command(),  &eval_command(),       &explain_command(), &schema_command(),
        &trust_command()};
    return commands;
}

std::span<const OptionSpec> common_options() {
    static constexpr std::array options = std::to_array<OptionSpec>({
        {"--directory", "-C", "DIR",
         "look for contract.toml in DIR and above, instead of the working directory", false},
        {"--color", "", "WHEN", "colour the output: auto (the default), always or never", false},
        {"--help", "-h", "", "show the help of this command", false},
    });
    return options;
}

std::optional<std::string> Arguments::value(std::string_view option) const {
    const auto found = options.find(option);
    if (found == options.end() || found->second.empty()) return std::nullopt;
    return found->second.back();
}

std::vector<std::string> Arguments::values(std::string_view option) const {
    const auto found = options.find(option);
    return found == options.end() ? std::vector<std::string>() : found->second;
}

}  // namespace contract::cli
