// SPDX-License-Identifier: Apache-2.0
#include "identity.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <sstream>
#include <string>

#include "contract/os/file.hpp"
#include "contract/sandbox/sandbox.hpp"
#include "record.hpp"

namespace contract::sandbox {

namespace {

// Far above the ids of people, of services and of the ranges handed to containers (0x34000000).
constexpr std::uint32_t reserved_id = 872415232;

void write_or_give_up(const std::string& path, const std::string& text) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) give_up(Step::map_ids, path);
    if (::write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        give_up(Step::map_ids, path);
    ::close(fd);
}

std::string one_id(std::uint32_t inner, std::uint32_t outer) {
    return std::to_string(inner) + " " + std::to_string(outer) + " 1\n";
}

}  // namespace

void write_maps(pid_t child, const Setup& setup) {
    const std::string process = "/proc/" + std::to_string(child);
    const bool own = setup.outer_id == 0;
    // The kernel lets an ordinary user map a group only after setgroups is denied for good: otherwise a group
    // that takes a right away could be dropped.
    if (own) write_or_give_up(process + "/setgroups", "deny\n");
    write_or_give_up(process + "/uid_map", one_id(setup.inner_id, own ? ::geteuid() : setup.outer_id));
    write_or_give_up(process + "/gid_map", one_id(setup.inner_id, own ? ::getegid() : setup.outer_id));
}

void map_self(uid_t user, gid_t group) {
    write_or_give_up("/proc/self/setgroups", "deny\n");
    write_or_give_up("/proc/self/uid_map", one_id(user, user));
    write_or_give_up("/proc/self/gid_map", one_id(group, group));
}

void become_inner_id(const Setup& setup) {
    const bool own = setup.outer_id == 0;
    if (!own && ::setgroups(0, nullptr) != 0) give_up(Step::change_ids, "setgroups");
    if (::setresgid(setup.inner_id, setup.inner_id, setup.inner_id) != 0)
        give_up(Step::change_ids, "setresgid");
    if (::setresuid(setup.inner_id, setup.inner_id, setup.inner_id) != 0)
        give_up(Step::change_ids, "setresuid");
}

void drop_capabilities() {
    ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    // Newer kernels may know more capabilities than our headers: ask until the kernel knows no more.
    for (unsigned long capability = 0; capability < 64; ++capability)
        if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) {
            if (errno == EINVAL) break;
            give_up(Step::capabilities, "bounding set");
        }
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct none[2] = {};
    if (::syscall(SYS_capset, &header, none) != 0) give_up(Step::capabilities, "capset");
}

bool is_mapped(std::string_view map, std::uint32_t id) {
    std::istringstream lines{std::string(map)};
    std::uint64_t inside = 0, outside = 0, count = 0;
    while (lines >> inside >> outside >> count)
        if (id >= inside && id - inside < count) return true;
    return false;
}

std::uint32_t build_owner() {
    if (::geteuid() != 0) return ::geteuid();
    const auto users = os::read_file("/proc/self/uid_map", 1 << 16);
    const auto groups = os::read_file("/proc/self/gid_map", 1 << 16);
    if (!users || !groups) return reserved_id;
    // Root of a container has fewer ids: nobody's is the next best, and where root is the only one it is an
    // ordinary user outside.
    for (const std::uint32_t id : {reserved_id, std::uint32_t{65534}})
        if (is_mapped(*users, id) && is_mapped(*groups, id)) return id;
    return 0;
}

}  // namespace contract::sandbox
