// SPDX-License-Identifier: Apache-2.0
//
// Running one process sealed from the host, without root and without a daemon: namespaces, an own root, no
// network, a system call filter. A `Setup` is a list of plain operations that can be printed, compared and
// edited in tests; the runner does what it says and nothing else. Setup failures come back as (step, errno,
// path), never through the output or exit status of the sealed program.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/base/result.hpp"
#include "contract/core/recipe.hpp"
#include "contract/os/process.hpp"
#include "contract/sandbox/observation.hpp"
#include "contract/sandbox/setup.hpp"

namespace contract::sandbox {

// What a build or a rehearsal needs; `sealed_setup` turns it into operations.
struct Request {
    core::Root root;
    std::string root_tree;  // of a root of kind tree: where its files lie on this machine
    struct Mount {
        std::string source;  // on this machine
        std::string target;  // inside
        bool writable = false;
    };
    std::vector<Mount> mounts;
    // On this machine; becomes build_target, writable. It, and every other writable mount, must belong to
    // build_owner().
    std::string build_directory;
    std::string build_target = "/build";
    std::string working_directory = "/build";
    std::string host_name = "contract";
    std::uint32_t skipped_processes = 0;  // as in Setup
    std::uint32_t processors = 0;
    std::uint64_t most_memory = 0;
    os::Environment environment;       // the whole of it
    std::vector<std::string> command;  // argv; command[0] absolute, or found in environment["PATH"] inside
    std::string builtin;               // instead of `command`: a function registered with helper_main
    std::string argument;              // of the builtin
    std::string scratch;               // an existing directory of ours where the new root may be mounted
    core::SandboxLevel least_level = core::SandboxLevel::sealed;  // as in Setup
};

// The uid and gid that folders writable inside must belong to. An ordinary user builds as itself. For root it
// is an id that nobody has, so that a sealed process is never root outside; 0 only where root is the single
// id of a container, and so an ordinary user of the machine.
std::uint32_t build_owner();

Setup sealed_setup(const Request& request);

struct RunLimits {
    std::chrono::milliseconds timeout{std::chrono::hours(1)};
    std::chrono::milliseconds silence{std::chrono::minutes(15)};
    std::uint64_t output_bytes = 64u << 20;  // of log
    // Asked ten times a second; when it says yes everything inside is ended, and the result is the signal
    // SIGINT. Empty: never.
    std::function<bool()> interrupted;
};

struct RunResult {
    enum class End { exited, signalled, timeout, silence, output_limit };
    End end = End::exited;
    int status = 0;  // exit status or signal
    core::SandboxLevel level = core::SandboxLevel::sealed;
    std::vector<std::string> missing{};  // of a level below sealed: what is not as it should be, a line each
    std::chrono::milliseconds duration{0};
    std::optional<Observation>
        observation{};  // of an observed setup; none where the kernel allows no observer
};

// Runs to the end; every byte of stdout and stderr (one stream) goes to `log` as it comes, from this thread.
// On return nothing of the sandbox is alive, background processes included. A setup without command and
// builtin is set up and ends with 0. Where the setup accepts less than a sealed process, a step that this
// machine refuses is left out if it can be, and the result says so. Errors: namespaces-refused with the step,
// the errno and the remedy for this machine; program-missing when the command is not there inside;
// sandbox-setup for other steps; system.
Result<RunResult> run(const Setup& setup, const RunLimits& limits,
                      const std::function<void(std::string_view)>& log);

// Whether this machine can seal at all, found out by a real, empty run through maps, mounts and loopback.
Result<core::SandboxLevel> probe(const std::string& scratch,
                                 core::SandboxLevel least = core::SandboxLevel::sealed);

// The executable started as the helper, whose main() must call helper_main. This program itself unless set;
// for test executables, whose main() is not ours. Not thread-safe: before the first run.
void set_helper_executable(std::string path);

// Functions that a sealed process may run instead of a program. Called in the sealed process: argument in,
// exit status out, output on fd 1.
struct Builtin {
    std::string_view name;
    int (*function)(const std::string& argument);
};
// The entry of the helper process: main() calls this first when argv[0] is `helper_name`.
inline constexpr std::string_view helper_name = "contract-sandbox";
bool is_helper(int argc, char** argv);
// Only run() can start a helper: without the descriptors it sets up this returns 2 at once.
int helper_main(int argc, char** argv, const std::vector<Builtin>& builtins);

}  // namespace contract::sandbox
