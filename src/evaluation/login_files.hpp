// SPDX-License-Identifier: Apache-2.0
//
// The files that a login or the start of the machine reads, each in its own syntax, with escaping: a value
// can never end its line, expand to something or become a command. What no line can carry is for the caller
// to refuse first: see is_one_line().
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace contract::evaluation {

// What a login gets: folders in front of PATH, the first one first, and variables.
struct LoginEnvironment {
    std::vector<std::string> folders;
    std::map<std::string, std::string> variables;
};
// For a POSIX shell that reads it with "."; reading it again adds nothing.
std::string render_profile(const LoginEnvironment& environment);
// environment.d(5).
std::string render_environment(const LoginEnvironment& environment);

std::string render_kernel_modules(const std::vector<std::string>& modules);  // modules-load.d(5)
// sysctl.d(5). Keys as sysctl(8) reads them.
std::string render_sysctl(const std::map<std::string, std::string>& values);

std::string quote_for_shell(std::string_view text);

}  // namespace contract::evaluation
