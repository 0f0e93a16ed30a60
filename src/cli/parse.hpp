// SPDX-License-Identifier: Apache-2.0
//
// The command line: argv → a command and its arguments. The only place that knows CLI11.
#pragma once

#include <string>
#include <variant>

#include "command.hpp"
#include "contract/core/stage.hpp"

namespace contract::cli {

struct Invocation {
    const CommandSpec* command = nullptr;
    Arguments arguments;
};
struct Shown {  // --help and --version
    std::string text;
};
struct WrongUsage {
    std::string message;
    std::string hint;  // what to run to see more
    int status = core::exit_status::usage;
};

std::variant<Invocation, Shown, WrongUsage> parse(int argc, char** argv);

}  // namespace contract::cli
