// SPDX-License-Identifier: Apache-2.0
#include "contract/report/schema.hpp"

#include <array>

#include "contract/report/manual.hpp"
#include "session.hpp"

namespace contract::cli {

namespace {

constexpr std::array schema_options = std::to_array<OptionSpec>({
    {"--module", "", "", "print the schema of module files instead", false},
    {"--man", "", "", "print the keys as contract.toml(5) has them, which is made from the same table",
     false},
});

int run_schema(const Arguments& arguments) {
    const std::string text = arguments.has("--man")      ? report::key_reference()
                             : arguments.has("--module") ? report::module_schema()
                                                         : report::manifest_schema();
    return print(text) ? core::exit_status::passed : core::exit_status::internal;
}

}  // namespace

const CommandSpec& schema_command() {
    static const CommandSpec command{
        "schema",
        "print the JSON Schema of contract.toml, for editors",
        "Prints a JSON Schema, draft 2020-12, of contract.toml: every key with what it takes and means. An "
        "editor "
        "that knows it completes keys and shows what they mean. It says the forms of single values; what "
        "needs the "
        "whole file, such as whether a name is declared, only `contract check` knows.",
        {},
        schema_options,
        run_schema};
    return command;
}

}  // namespace contract::cli
