// SPDX-License-Identifier: Apache-2.0
//
// Running a program of this machine to its end, with a deadline. Sealed processes are the business of
// `sandbox`.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contract/base/result.hpp"

namespace contract::os {

using Environment = std::map<std::string, std::string>;

Environment current_environment();
std::optional<std::string> environment_variable(const std::string& name);

struct ProcessRequest {
    std::vector<std::string>
        command;  // command[0] with a slash is a path, else looked for in environment["PATH"]
    Environment environment;
    std::string directory;  // empty: where we are
    std::string input;      // standard input; empty: /dev/null
    std::chrono::milliseconds deadline{30'000};
    std::uint64_t output_limit = 1 << 20;  // bytes kept of each stream; the rest is read and dropped
};

struct ProcessResult {
    enum class End { exited, signalled, deadline };
    End end = End::exited;
    int status = 0;  // exit status, or the number of the signal
    std::string output;
    std::string errors;
    bool truncated = false;
    std::chrono::milliseconds duration{0};

    bool succeeded() const { return end == End::exited && status == 0; }
};

// The program runs in its own process group, which is killed at the deadline and at the end; a child that
// cannot be killed (D state) is left behind, not waited for. Errors: program-missing when there is no such
// program, system for everything else that keeps it from starting.
Result<ProcessResult> run(const ProcessRequest& request);

// The file that `name` means in `path` ("a:b"); none when there is none that can be executed.
std::optional<std::string> find_program(const std::string& name, const std::string& path);

}  // namespace contract::os
