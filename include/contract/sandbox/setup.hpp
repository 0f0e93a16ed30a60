// SPDX-License-Identifier: Apache-2.0
//
// The operations of a sandbox, as values. One alternative per thing the kernel is asked for, so that a test
// can print a Setup, compare it, and take one protection out to see that something then leaks.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "contract/base/result.hpp"
#include "contract/core/recipe.hpp"
#include "contract/os/process.hpp"

namespace contract::sandbox {

enum class Namespace { user, mount, pid, network, ipc, uts, cgroup };

struct Bind {
    std::string source;
    std::string target;
    bool writable = false;
    bool as_is = false;  // with the devices and set-id programs that it has; only where nothing is sealed
};
struct Tmpfs {
    std::string target;
    std::uint32_t mode = 0755;
    std::uint64_t size = 0;  // bytes; 0: the kernel's default
};
struct MakeFolder {
    std::string target;
    std::uint32_t mode = 0755;
};
struct MakeFile {
    std::string target;
    std::string bytes;
    std::uint32_t mode = 0444;
};
struct MakeLink {
    std::string target;
    std::string points_to;
};
struct Proc {
    std::string target;
};
struct Devices {  // null zero full random urandom tty, pts, shm and the links
    std::string target;
};
struct SealRoot {};  // remount the root itself read-only

using MountStep = std::variant<Bind, Tmpfs, MakeFolder, MakeFile, MakeLink, Proc, Devices, SealRoot>;

struct Setup {
    std::vector<Namespace> namespaces;
    std::string scratch;  // where the new root is mounted, on this machine
    // A folder of this machine that is itself the new root, writable; empty: a fresh tmpfs.
    std::string writable_root;
    std::vector<MountStep> mounts;  // in order, targets relative to the new root
    std::string host_name = "contract";
    bool loopback = true;  // bring lo up in the new network namespace
    bool drop_capabilities = true;
    bool no_new_privileges = true;
    bool fixed_addresses = true;  // no ASLR
    bool new_session = true;
    bool filter_system_calls = true;
    bool close_descriptors = true;  // everything but 0, 1 and 2
    bool hide_process_one = true;   // nobody inside may trace or read the process that set all up
    // A build that starts processes without end must not take the machine with it. The kernel counts those of
    // one user namespace since 5.14, before that all of the user's. 0: as many as the caller may have.
    std::uint32_t most_processes = 8192;
    // Memory that each process of the command may write to and shares with nobody, in bytes; 0: as much as
    // the caller may have.
    std::uint64_t most_memory = 0;
    // Changes of owners, ids, set-id modes and devices succeed and do nothing, for programs that make a root
    // file system and believe they are root. Part of the system call filter.
    bool pretend_ownership = false;
    // Every look-up, connection and refused write is told to the caller of run(): several times slower.
    bool observed = false;
    // What a second build finds different: process numbers used up before the command's own, and how many
    // processors it may run on (0: all).
    std::uint32_t skipped_processes = 0;
    std::uint32_t processors = 0;
    std::uint32_t inner_id = 1000;  // uid and gid inside
    std::uint32_t outer_id = 0;     // uid and gid outside; 0: the caller's own
    os::Environment environment;
    std::string working_directory = "/build";
    std::vector<std::string> command;
    std::string builtin;
    std::string argument;  // of the builtin
    // How much this machine may refuse: see run(). The helper does not know it.
    core::SandboxLevel least_level = core::SandboxLevel::sealed;
    // Folders of the root that this machine does not have, for describe(): nothing is done with them.
    std::vector<std::string> left_out;
};

std::string describe(const Setup& setup);  // one line per operation
std::string encode(const Setup& setup);    // for the pipe to the helper
Result<Setup> decode_setup(std::string_view bytes);

}  // namespace contract::sandbox
