// SPDX-License-Identifier: Apache-2.0
#include "perturbation.hpp"

#include <linux/magic.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#include <algorithm>

#include "contract/os/machine.hpp"

namespace contract::build {

namespace {

// Memory file systems list the file made last first, where disks list by a hash of the name. Programs of the
// source have to start from it, and it must have room.
constexpr const char* memory_folder = "/dev/shm";
constexpr std::uint64_t room_needed = std::uint64_t{256} << 20;

bool is_usable_memory() {
    struct statfs kind {};
    struct statvfs room {};
    if (::statfs(memory_folder, &kind) != 0 || ::statvfs(memory_folder, &room) != 0) return false;
    return kind.f_type == TMPFS_MAGIC && (room.f_flag & ST_NOEXEC) == 0 &&
           std::uint64_t{room.f_bavail} * room.f_frsize >= room_needed;
}

}  // namespace

Perturbation usual(unsigned jobs) {
    Perturbation out;
    out.jobs = std::max(jobs, 1U);
    return out;
}

Perturbation perturbed(unsigned jobs) {
    Perturbation out;
    out.host_name = "another-host-of-contract";
    out.build_target = "/built/a-second-time/in-another-place";
    out.jobs = jobs == 1 ? 2 : 1;
    out.processors = os::processor_count() > 1 ? 1 : 0;
    out.skipped_processes = 311;
    if (is_usable_memory()) out.folder = memory_folder;
    out.reversed = true;
    return out;
}

std::vector<std::pair<std::string, std::string>> traces_of(const Perturbation& perturbation) {
    return {{perturbation.build_target, "the folder it is built in"},
            {perturbation.host_name, "the host name"}};
}

std::vector<std::string> not_perturbed(const Perturbation& perturbation) {
    std::vector<std::string> out;
    if (perturbation.processors == 0) out.emplace_back("the number of processors: this machine has one");
    if (perturbation.folder.empty())
        out.emplace_back("the file system it is built on: " + std::string(memory_folder) +
                         " is no memory with room");
    return out;
}

}  // namespace contract::build
