// SPDX-License-Identifier: Apache-2.0
//
// Reading and removing directories, by descriptor, so that no symlink swapped in between is ever followed.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "contract/base/path.hpp"
#include "contract/os/file.hpp"

namespace contract::os {

namespace {

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};
using OpenDirectory = std::unique_ptr<DIR, CloseDirectory>;

Result<std::vector<std::string>> names_in(Fd fd, std::string_view path) {
    const OpenDirectory directory(::fdopendir(fd.get()));
    if (!directory) return system_error("list", path, errno);
    fd.release();
    std::vector<std::string> names;
    for (errno = 0; const dirent* entry = ::readdir(directory.get()); errno = 0) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
    if (errno != 0) return system_error("list", path, errno);
    std::sort(names.begin(), names.end());
    return names;
}

Result<> remove_at(int parent, const std::string& name, const std::string& path);

Result<> remove_children(int parent, const std::string& name, const std::string& path) {
    constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    Fd directory(::openat(parent, name.c_str(), flags));
    // A directory of ours may be read-only or, like an overlay's work directory, have no permission at all.
    if (!directory && errno == EACCES && ::fchmodat(parent, name.c_str(), 0700, 0) == 0)
        directory = Fd(::openat(parent, name.c_str(), flags));
    if (!directory) return system_error("open", path, errno);
    if (::fchmod(directory.get(), 0700) != 0 && errno != EPERM)
        return system_error("change the mode of", path, errno);
    Fd copy(::fcntl(directory.get(), F_DUPFD_CLOEXEC, 0));
    if (!copy) return system_error("open", path, errno);
    TRY_ASSIGN(const auto names, names_in(std::move(copy), path));
    for (const auto& child : names) TRY(remove_at(directory.get(), child, path + "/" + child));
    return {};
}

Result<> remove_at(int parent, const std::string& name, const std::string& path) {
    if (::unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT || errno == ENOTDIR) return {};
    const int reason = errno;
    struct stat raw {};
    const bool is_directory =
        ::fstatat(parent, name.c_str(), &raw, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(raw.st_mode);
    if (!is_directory) return system_error("remove", path, reason);
    TRY(remove_children(parent, name, path));
    if (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) return {};
    return system_error("remove", path, errno);
}

}  // namespace

Result<std::vector<std::string>> list_directory(const std::string& path) {
    TRY_ASSIGN(Fd fd, open_file(path, O_RDONLY | O_DIRECTORY));
    return names_in(std::move(fd), path);
}

Result<> remove_tree(const std::string& path) {
    return remove_at(AT_FDCWD, path, path);
}

}  // namespace contract::os
