// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "command.hpp"

namespace contract::cli {

namespace {

constexpr std::size_t text_column = 28;
constexpr std::size_t text_width = 72;

// `text` in lines of at most text_width, each indented.
std::string wrapped(std::string_view text, std::size_t indent) {
    std::string out;
    std::size_t column = 0;
    while (!text.empty()) {
        const auto end = text.find(' ');
        const auto word = text.substr(0, end);
        if (column > 0 && column + 1 + word.size() > text_width) {
            out += "\n" + std::string(indent, ' ');
            column = 0;
        }
        if (column > 0) out += ' ', ++column;
        out += word;
        column += word.size();
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return out;
}

std::string option_line(const OptionSpec& option) {
    std::string left = option.short_name.empty() ? "      " : fmt::format("  {}, ", option.short_name);
    left += option.name;
    if (!option.value.empty()) left += fmt::format(" {}", option.value);
    const std::string gap = left.size() + 2 > text_column ? "\n" + std::string(text_column, ' ')
                                                          : std::string(text_column - left.size(), ' ');
    const std::string again = option.repeatable ? " (may be repeated)" : "";
    return left + gap + wrapped(std::string(option.help) + again, text_column) + "\n";
}

std::string usage_line(const CommandSpec& command) {
    std::string line = fmt::format("usage: contract {} [OPTION…]", command.name);
    const auto& positional = command.positional;
    if (positional.name.empty()) return line;
    const std::string name = fmt::format("{}{}", positional.name, positional.repeatable ? "…" : "");
    return line + (positional.required ? " " + name : " [" + name + "]") +
           (positional.hands_on ? " [ARGUMENT…]" : "");
}

}  // namespace

std::string help_text() {
    std::string out =
        "contract: turns a repository's environment assumptions into reviewable source\n\n"
        "usage: contract COMMAND [OPTION…]\n\n"
        "commands:\n";
    for (const auto* command : all_commands())
        out += fmt::format("  {:<10} {}\n", command->name, command->summary);
    out += "\noptions:\n";
    out += option_line(
        {"--help", "-h", "", "show this help; `contract COMMAND --help` shows a command's", false});
    out += option_line({"--version", "", "", "show the version", false});
    out += "\nThe manual: contract(1), contract.toml(5), contract-findings(7).\n";
    return out;
}

std::string help_text(const CommandSpec& command) {
    std::string out = usage_line(command) + "\n\n" + wrapped(command.description, 0) + "\n";
    if (!command.positional.name.empty())
        out += fmt::format("\n  {:<25} {}\n", command.positional.name,
                           wrapped(command.positional.help, text_column));
    out += "\noptions:\n";
    for (const auto& option : command.options) out += option_line(option);
    for (const auto& option : common_options()) out += option_line(option);
    return out;
}

}  // namespace contract::cli
