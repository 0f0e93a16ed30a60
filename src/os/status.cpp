// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "contract/base/path.hpp"
#include "contract/os/file.hpp"

namespace contract::os {

namespace {

FileStatus status_from(const struct stat& raw) {
    const auto nanoseconds = [](const timespec& time) {
        return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
    };
    FileStatus out;
    out.type = S_ISREG(raw.st_mode)   ? FileType::regular
               : S_ISDIR(raw.st_mode) ? FileType::directory
               : S_ISLNK(raw.st_mode) ? FileType::symlink
                                      : FileType::other;
    out.mode = raw.st_mode & 07777;
    out.size = static_cast<std::uint64_t>(raw.st_size);
    out.mtime_ns = nanoseconds(raw.st_mtim);
    out.ctime_ns = nanoseconds(raw.st_ctim);
    out.inode = raw.st_ino;
    out.device = raw.st_dev;
    out.links = raw.st_nlink;
    out.uid = raw.st_uid;
    out.gid = raw.st_gid;
    return out;
}

bool is_absence(int errno_value) {
    return errno_value == ENOENT || errno_value == ENOTDIR;
}

Result<std::optional<FileStatus>> status_with(const std::string& path, int flags) {
    struct stat raw {};
    if (::fstatat(AT_FDCWD, path.c_str(), &raw, flags) == 0) return std::optional(status_from(raw));
    if (is_absence(errno)) return std::optional<FileStatus>();
    return system_error("look at", path, errno);
}

}  // namespace

Result<std::optional<FileStatus>> status(const std::string& path) {
    return status_with(path, AT_SYMLINK_NOFOLLOW);
}

Result<std::optional<FileStatus>> target_status(const std::string& path) {
    return status_with(path, 0);
}

bool exists(const std::string& path) {
    const auto found = status(path);
    return found && found->has_value();
}

void StatusReader::enter(std::string_view folder) {
    folder_ = folder;
    directory_ = Fd(::open(path::join(root_, folder).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    refused_ = directory_ ? 0 : errno;
    entered_ = true;
}

Result<std::optional<FileStatus>> StatusReader::status(std::string_view name) {
    const auto slash = name.rfind('/');
    const auto folder = slash == std::string_view::npos ? std::string_view() : name.substr(0, slash);
    if (!entered_ || folder != folder_) enter(folder);
    int failed = refused_;
    if (directory_) {
        last_ = slash == std::string_view::npos ? name : name.substr(slash + 1);
        struct stat raw {};
        if (::fstatat(directory_.get(), last_.c_str(), &raw, AT_SYMLINK_NOFOLLOW) == 0)
            return std::optional(status_from(raw));
        failed = errno;
    }
    if (is_absence(failed)) return std::optional<FileStatus>();
    return system_error("look at", path::join(root_, name), failed);
}

}  // namespace contract::os
