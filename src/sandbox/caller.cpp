// SPDX-License-Identifier: Apache-2.0
#include "caller.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"

namespace contract::sandbox {

namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t longest_path = PATH_MAX;

// The name and the parent of a process, from a line such as "17 (a name) S 3 …", whose name may have any
// byte.
struct Ancestor {
    std::string name;
    pid_t parent = 0;
};

std::optional<Ancestor> ancestor(pid_t pid) {
    const auto line = os::read_file("/proc/" + std::to_string(pid) + "/stat", page);
    if (!line) return std::nullopt;
    const auto open = line->find('('), close = line->rfind(')');
    if (open == std::string::npos || close == std::string::npos || close + 4 >= line->size())
        return std::nullopt;
    Ancestor found{line->substr(open + 1, close - open - 1), 0};
    for (std::size_t at = close + 4; at < line->size() && (*line)[at] >= '0' && (*line)[at] <= '9'; ++at)
        found.parent = found.parent * 10 + ((*line)[at] - '0');
    return found;
}

}  // namespace

std::optional<std::string> Caller::bytes_at(std::uint64_t address, std::size_t size) const {
    std::string bytes(size, '\0');
    const iovec here{bytes.data(), bytes.size()};
    const iovec there{reinterpret_cast<void*>(address), bytes.size()};
    const ssize_t got = ::process_vm_readv(pid_, &here, 1, &there, 1, 0);
    if (got != static_cast<ssize_t>(size)) return std::nullopt;
    return bytes;
}

// Page by page, since what follows the text may not be readable.
std::optional<std::string> Caller::text_at(std::uint64_t address) const {
    std::string text;
    while (text.size() < longest_path) {
        const std::size_t left = page - address % page;
        const auto piece = bytes_at(address, left);
        if (!piece) return std::nullopt;
        const auto end = piece->find('\0');
        if (end != std::string::npos) return text.append(*piece, 0, end);
        text += *piece;
        address += left;
    }
    return std::nullopt;
}

std::optional<std::string> Caller::folder(int descriptor) const {
    const std::string process = "/proc/" + std::to_string(pid_);
    const auto link = descriptor == AT_FDCWD ? os::read_link(process + "/cwd")
                                             : os::read_link(process + "/fd/" + std::to_string(descriptor));
    if (!link || !link->starts_with('/')) return std::nullopt;
    return *link;
}

Caller::There Caller::look(const std::string& path) const {
    const std::string root = "/proc/" + std::to_string(pid_) + "/root";
    const os::Fd top(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!top) return There::no;
    open_how how{};
    how.flags = O_PATH | O_CLOEXEC;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    const os::Fd found(static_cast<int>(::syscall(SYS_openat2, top.get(), path.c_str(), &how, sizeof how)));
    if (!found) return errno == ENOSYS || errno == EPERM ? There::unknown : There::no;
    struct statvfs system {};
    if (::fstatvfs(found.get(), &system) != 0 || (system.f_flag & ST_RDONLY) == 0) return There::yes;
    return There::read_only;
}

Processes Caller::processes() const {
    constexpr std::size_t most = 16;
    Processes names;
    for (pid_t pid = pid_; pid > 1 && names.size() < most;) {
        const auto found = ancestor(pid);
        if (!found || found->parent == helper_) break;
        names.push_back(harmless(found->name));
        pid = found->parent;
    }
    std::reverse(names.begin(), names.end());
    return names;
}

}  // namespace contract::sandbox
