// SPDX-License-Identifier: Apache-2.0
#include "node_copy.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <vector>

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"

namespace contract::activation {

namespace {

Result<std::vector<std::string>> children_of(int directory, const std::string& name) {
    os::Fd fd(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) return os::system_error("list", name, errno);
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(fd.get()), ::closedir);
    if (!stream) return os::system_error("list", name, errno);
    fd.release();
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(stream.get())) {
        const std::string found = entry->d_name;
        if (found != "." && found != "..") names.push_back(found);
        errno = 0;
    }
    if (errno != 0) return os::system_error("list", name, errno);
    return names;
}

Result<> copy_attributes(int from, int to, const std::string& name) {
    const auto size = ::flistxattr(from, nullptr, 0);
    if (size < 0 && (errno == ENOTSUP || errno == ENOSYS)) return {};
    if (size < 0) return os::system_error("list the attributes of", name, errno);
    std::string list(static_cast<std::size_t>(size), '\0');
    const auto listed = ::flistxattr(from, list.data(), list.size());
    if (listed < 0) return os::system_error("list the attributes of", name, errno);
    list.resize(static_cast<std::size_t>(listed));
    for (const auto& attribute : split(list, '\0')) {
        if (attribute.empty()) continue;
        std::string value(65536, '\0');
        const auto length = ::fgetxattr(from, attribute.c_str(), value.data(), value.size());
        if (length < 0) return os::system_error("read an attribute of", name, errno);
        if (::fsetxattr(to, attribute.c_str(), value.data(), static_cast<std::size_t>(length), 0) != 0)
            return os::system_error("write the attribute '" + attribute + "' of", name, errno);
    }
    return {};
}

// Owner first: changing it clears set-id bits. Time last: everything else changes it.
Result<> copy_metadata(int from, int to, const struct stat& status, const std::string& name) {
    struct stat now {};
    if (::fstat(to, &now) != 0) return os::system_error("look at", name, errno);
    const bool other_owner = now.st_uid != status.st_uid || now.st_gid != status.st_gid;
    if (other_owner && ::fchown(to, status.st_uid, status.st_gid) != 0)
        return os::system_error("change the owner of", name, errno);
    TRY(copy_attributes(from, to, name));
    if (::fchmod(to, status.st_mode & 07777) != 0) return os::system_error("change the mode of", name, errno);
    const std::array<timespec, 2> times{status.st_atim, status.st_mtim};
    if (::futimens(to, times.data()) != 0) return os::system_error("set the time of", name, errno);
    return {};
}

Result<> copy_regular(int from, const std::string& from_name, int to, const std::string& to_name,
                      const struct stat& status) {
    const os::Fd source(::openat(from, from_name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!source) return os::system_error("read", from_name, errno);
    const os::Fd copy(
        ::openat(to, to_name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!copy) return os::system_error("create", to_name, errno);
    TRY(copy_bytes(source.get(), copy.get(), from_name));
    return copy_metadata(source.get(), copy.get(), status, from_name);
}

Result<> copy_link(int from, const std::string& from_name, int to, const std::string& to_name,
                   const struct stat& status) {
    std::string target(4096, '\0');
    const auto length = ::readlinkat(from, from_name.c_str(), target.data(), target.size());
    if (length < 0) return os::system_error("read the link", from_name, errno);
    target.resize(static_cast<std::size_t>(length));
    if (::symlinkat(target.c_str(), to, to_name.c_str()) != 0)
        return os::system_error("create the link", to_name, errno);
    struct stat now {};
    if (::fstatat(to, to_name.c_str(), &now, AT_SYMLINK_NOFOLLOW) != 0)
        return os::system_error("look at", to_name, errno);
    const bool other_owner = now.st_uid != status.st_uid || now.st_gid != status.st_gid;
    if (other_owner &&
        ::fchownat(to, to_name.c_str(), status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW) != 0)
        return os::system_error("change the owner of", to_name, errno);
    return {};
}

Result<> copy_into(int from, const std::string& from_name, int to, const std::string& to_name);

Result<> copy_directory(int from, const std::string& from_name, int to, const std::string& to_name,
                        const struct stat& status) {
    const os::Fd source(::openat(from, from_name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!source) return os::system_error("open", from_name, errno);
    if (::mkdirat(to, to_name.c_str(), 0700) != 0) return os::system_error("create", to_name, errno);
    const os::Fd copy(::openat(to, to_name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!copy) return os::system_error("open", to_name, errno);
    TRY_ASSIGN(const auto names, children_of(source.get(), from_name));
    for (const auto& name : names) TRY(copy_into(source.get(), name, copy.get(), name));
    return copy_metadata(source.get(), copy.get(), status, from_name);
}

Result<> copy_into(int from, const std::string& from_name, int to, const std::string& to_name) {
    struct stat status {};
    if (::fstatat(from, from_name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
        return os::system_error("look at", from_name, errno);
    if (S_ISREG(status.st_mode)) return copy_regular(from, from_name, to, to_name, status);
    if (S_ISLNK(status.st_mode)) return copy_link(from, from_name, to, to_name, status);
    if (S_ISDIR(status.st_mode)) return copy_directory(from, from_name, to, to_name, status);
    return Error{"cannot-save",
                 "'" + harmless(from_name) + "' is a device, socket or FIFO and cannot be saved",
                 Blame::environment,
                 {},
                 {},
                 {}};
}

}  // namespace

Result<> copy_bytes(int from, int to, const std::string& name) {
    std::array<char, 65536> buffer;
    for (;;) {
        const auto got = ::read(from, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os::system_error("read", name, errno);
        if (got == 0) return {};
        TRY(os::write_all(to, std::string_view(buffer.data(), static_cast<std::size_t>(got)), name));
    }
}

Result<> copy_node(int from, const std::string& from_name, int to, const std::string& to_name) {
    struct stat status {};
    if (::fstatat(to, to_name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
        return os::system_error("create", to_name, EEXIST);
    auto copied = copy_into(from, from_name, to, to_name);
    // What is left of a failed copy is ours alone; that removing it may fail too changes nothing for the
    // caller.
    if (!copied) static_cast<void>(remove_node(to, to_name));
    return copied;
}

Result<> remove_node(int directory, const std::string& name) {
    if (::unlinkat(directory, name.c_str(), 0) == 0 || errno == ENOENT) return {};
    if (errno != EISDIR && errno != EPERM) return os::system_error("remove", name, errno);
    const os::Fd below(::openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!below) return os::system_error("remove", name, errno);
    TRY_ASSIGN(const auto children, children_of(below.get(), name));
    for (const auto& child : children) TRY(remove_node(below.get(), child));
    if (::unlinkat(directory, name.c_str(), AT_REMOVEDIR) != 0)
        return os::system_error("remove", name, errno);
    return {};
}

}  // namespace contract::activation
