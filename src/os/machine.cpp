// SPDX-License-Identifier: Apache-2.0
#include "contract/os/machine.hpp"

#include <pwd.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/process.hpp"

namespace contract::os {

std::string system_name() {
    utsname names{};
    if (::uname(&names) != 0) return "unknown-linux";
    return std::string(names.machine) + "-linux";
}

std::string boot_id() {
    const auto text = read_file("/proc/sys/kernel/random/boot_id", 128);
    return text ? std::string(trim(*text)) : "";
}

unsigned processor_count() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 1;
    return static_cast<unsigned>(CPU_COUNT(&allowed));
}

bool is_root() {
    return ::geteuid() == 0;
}

bool is_terminal(int fd) {
    return ::isatty(fd) == 1;
}

int terminal_width(int fd) {
    winsize size{};
    if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
    return size.ws_col;
}

int terminal_height(int fd) {
    winsize size{};
    if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return 24;
    return size.ws_row;
}

std::int64_t now_seconds() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::string home_directory() {
    if (auto home = environment_variable("HOME"); home && !home->empty()) return *home;
    const passwd* entry = ::getpwuid(::geteuid());
    return entry == nullptr ? "" : entry->pw_dir;
}

namespace {

// A relative path is of no use there, says the specification: it would be another folder in each directory.
std::string base_directory(const char* variable, const char* below_home) {
    auto configured = environment_variable(variable);
    if (configured && path::is_absolute(*configured)) return *configured;
    return path::join(home_directory(), below_home);
}

}  // namespace

std::string contract_home() {
    if (auto home = environment_variable("CONTRACT_HOME"); home && !home->empty()) {
        if (path::is_absolute(*home)) return *home;
        const auto here = real_path(".");
        return here ? path::join(*here, *home) : *home;
    }
    if (is_root()) return "/var/lib/contract";
    return path::join(base_directory("XDG_DATA_HOME", ".local/share"), "contract");
}

std::string configuration_directory() {
    return path::join(base_directory("XDG_CONFIG_HOME", ".config"), "contract");
}

}  // namespace contract::os
