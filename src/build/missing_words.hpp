// SPDX-License-Identifier: Apache-2.0
//
// Which word of a line of a log is what somebody did not find, and who says so: "not found" is about a
// program only where a shell says it, "No such file or directory" only where somebody says it who starts
// programs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace contract::build {

// A word that a shell, or another starter of programs, did not find: "cmake", "./build.sh", "[[".
std::optional<std::string> unknown_command(std::string_view line);

// "env.sh" of ". env.sh", which a shell looks for in PATH alone.
std::optional<std::string> unknown_script(std::string_view line);

// A file that somebody could not open.
std::optional<std::string> unopened_file(std::string_view line);

// A file that somebody may not execute, read or write; empty: the line says no such thing.
std::string denied_file(std::string_view line);

// A program that dash found in PATH and may not execute: "NAME" of "sh: 1: NAME: Permission denied".
std::optional<std::string> denied_command(std::string_view line);

// As programs are named: "g++-12", and neither "(2" nor "./x".
bool is_program_name(std::string_view word);

// The shell's own words that only bash has: "[[", "source".
bool is_word_of_bash(std::string_view word);

// Programs that give privileges, which no build has: "sudo".
bool gives_privileges(std::string_view word);

}  // namespace contract::build
