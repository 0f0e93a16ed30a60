// SPDX-License-Identifier: Apache-2.0
//
// A test case that needs what is not here ends, says why, and counts neither as passed nor as failed. Every
// other case of the program runs.
#pragma once

#include <unistd.h>

#include <catch2/catch.hpp>
#include <initializer_list>
#include <string>

#include "contract/os/process.hpp"

namespace contract::test {

// Ends the running test case. tests/tools/count_results.py looks for the first word. Not for use within the
// parentheses of an assertion, which would note a failure.
[[noreturn]] inline void skip(const std::string& reason) {
    WARN("skipped: " << reason);
    // What REQUIRE throws once it has noted a failure: here none was noted.
    throw Catch::TestFailureException();
}

// `reason` says what only root can do.
inline void need_root(const std::string& reason) {
    if (::geteuid() != 0) skip(reason);
}

inline void need_programs(std::initializer_list<std::string> names) {
    const std::string path = os::environment_variable("PATH").value_or("/usr/bin:/bin") + ":/usr/sbin";
    for (const auto& name : names)
        if (!os::find_program(name, path)) skip("there is no " + name + " here");
}

}  // namespace contract::test
