// SPDX-License-Identifier: Apache-2.0
//
// Commands as data: the parser, the help and a test of the manual all read the same tables. A command file
// holds its options, its validation and its call, nothing else.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace contract::cli {

struct OptionSpec {
    std::string_view name;        // "--json"
    std::string_view short_name;  // "-j", or empty
    std::string_view value;       // "FORMAT[=FILE]"; empty: a flag
    std::string_view help;
    bool repeatable = false;
};

struct PositionalSpec {
    std::string_view name;  // "TARGET"; empty: the command takes none
    std::string_view help;
    bool required = false;
    bool repeatable = false;
    // The first one ends the options, `--` too; what follows it is handed on as it is, for another program.
    bool hands_on = false;
    // It is an expression: a word such as -(1), which can be no option, is one of these too.
    bool is_expression = false;
};

class Arguments {
public:
    std::map<std::string, std::vector<std::string>, std::less<>> options;
    std::vector<std::string> positionals;
    bool separated = false;  // of a command that hands on: the positionals stand behind "--"

    bool has(std::string_view option) const { return options.contains(option); }
    std::optional<std::string> value(std::string_view option) const;  // the last one given
    std::vector<std::string> values(std::string_view option) const;
};

struct CommandSpec {
    std::string_view name;
    std::string_view summary;      // one line, for the list
    std::string_view description;  // paragraphs, for its own help
    PositionalSpec positional;
    std::span<const OptionSpec> options;
    int (*run)(const Arguments& arguments);  // returns the exit status
};

const CommandSpec& check_command();
const CommandSpec& build_command();
const CommandSpec& run_command();
const CommandSpec& lock_command();
const CommandSpec& update_command();
const CommandSpec& shell_command();
const CommandSpec& fmt_command();
const CommandSpec& show_command();
const CommandSpec& log_command();
const CommandSpec& why_command();
const CommandSpec& trace_command();
const CommandSpec& provenance_command();
const CommandSpec& copy_command();
const CommandSpec& key_command();
const CommandSpec& gc_command();
const CommandSpec& store_command();
const CommandSpec& eval_command();
const CommandSpec& explain_command();
const CommandSpec& schema_command();
const CommandSpec& trust_command();
const CommandSpec& vendor_command();

std::span<const CommandSpec* const> all_commands();
std::span<const OptionSpec> common_options();  // every command takes these

std::string help_text();                            // `contract --help`
std::string help_text(const CommandSpec& command);  // `contract check --help`

}  // namespace contract::cli
