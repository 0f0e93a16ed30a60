// SPDX-License-Identifier: Apache-2.0
//
// Files that do not start: scripts without an interpreter, programs of other machines, missing libraries.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "advice.hpp"

namespace contract::build {

// What a line of the log says of a file of the build.
std::optional<Advice> started_file_advice(std::string_view line, const LookAtFile& look);

// Scripts whose lines end in \r\n, in the words of those who read them.
std::optional<Advice> carriage_return_advice(std::string_view line);

// What a program that was found does not find when it starts.
std::optional<Advice> loader_advice(std::string_view line, const core::PlannedAction& action);

// The command's own program, a relative path with a '/', did not start. `is_refused`: it is there, and the
// kernel does not take it for a program.
Advice unstarted_file_advice(const std::string& name, bool is_refused, const LookAtFile& look);

// What its first line asks for: "/bin/sh" of "#! /bin/sh -e"; empty: nothing. A carriage return is part of
// it.
std::string interpreter_of(const BuildFile& file);

bool is_program_file(const BuildFile& file);  // as far as its first bytes tell

}  // namespace contract::build
