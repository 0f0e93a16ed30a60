// SPDX-License-Identifier: Apache-2.0
//
// A test case that needs what is not here ends, says why, and counts neither as passed nor as failed. Every
// other case of the program runs.
#pragma once

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cerrno>
#include <initializer_list>
#include <string>

#include "contract/os/fd.hpp"
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

// A sealed build has none.
inline bool has_openat2() {
    const std::array<std::uint64_t, 3> how{O_PATH | O_CLOEXEC, 0, 0};
    const os::Fd here(static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, ".", how.data(), sizeof how)));
    return here || errno != ENOSYS;
}

inline void need_openat2() {
    if (!has_openat2()) skip("the system call openat2 is refused here");
}

}  // namespace contract::test
