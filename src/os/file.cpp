// SPDX-License-Identifier: Apache-2.0
#include "contract/os/file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"

namespace contract::os {

namespace {

Result<> sync_directory(const std::string& path) {
    TRY_ASSIGN(const Fd fd, open_file(path, O_RDONLY | O_DIRECTORY));
    if (::fsync(fd.get()) != 0) return system_error("sync", path, errno);
    return {};
}

}  // namespace

Error system_error(std::string_view operation, std::string_view path, int errno_value) {
    Error error{"system", "", Blame::environment, {}, {}, {}};
    error.message =
        "cannot " + std::string(operation) + " '" + harmless(path) + "': " + std::strerror(errno_value);
    switch (errno_value) {
        case ENOSPC:
        case EDQUOT:
            error.help.push_back("free some space on that file system and run the command again");
            break;
        case EACCES:
        case EPERM:
            error.help.push_back("look at the owner and mode of that path and of the directories above it");
            break;
        case EROFS: error.help.push_back("that file system is mounted read-only"); break;
        default: break;
    }
    return error;
}

Result<Fd> open_file(const std::string& path, int flags, std::uint32_t mode) {
    int number;
    do number = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    while (number < 0 && errno == EINTR);
    if (number < 0) return system_error((flags & O_CREAT) != 0 ? "create" : "open", path, errno);
    return Fd(number);
}

Result<std::string> read_all(int fd, std::uint64_t limit, std::string_view name) {
    std::string bytes;
    struct stat raw {};
    if (::fstat(fd, &raw) == 0 && raw.st_size > 0)
        bytes.reserve(std::min(static_cast<std::uint64_t>(raw.st_size), limit) + 1);
    char buffer[1 << 16];
    for (;;) {
        const ssize_t got = ::read(fd, buffer, sizeof buffer);
        if (got == 0) return bytes;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("read", name, errno);
        bytes.append(buffer, static_cast<std::size_t>(got));
        if (bytes.size() > limit)
            return Error{"file-too-large",
                         "'" + harmless(name) + "' is larger than " + std::to_string(limit) + " bytes",
                         Blame::declaration,
                         {},
                         {},
                         {}};
    }
}

Result<std::string> read_file(const std::string& path, std::uint64_t limit) {
    // O_NONBLOCK: opening a FIFO for reading would otherwise wait for its writer.
    TRY_ASSIGN(const Fd fd, open_file(path, O_RDONLY | O_NONBLOCK));
    struct stat raw {};
    if (::fstat(fd.get(), &raw) != 0) return system_error("look at", path, errno);
    if (!S_ISREG(raw.st_mode))
        return Error{
            "not-a-file", "'" + harmless(path) + "' is not a regular file", Blame::declaration, {}, {}, {}};
    return read_all(fd.get(), limit, path);
}

Result<std::optional<std::string>> read_file_if_any(const std::string& path, std::uint64_t limit) {
    TRY_ASSIGN(const auto there, status(path));
    if (!there) return std::optional<std::string>();
    TRY_ASSIGN(auto text, read_file(path, limit));
    return std::optional(std::move(text));
}

Result<> write_all(int fd, std::string_view bytes, std::string_view name) {
    while (!bytes.empty()) {
        const ssize_t put = ::write(fd, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return system_error("write", name, errno);
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return {};
}

Result<> write_file(const std::string& path, std::string_view bytes, std::uint32_t mode) {
    TRY_ASSIGN(const Fd fd, open_file(path, O_WRONLY | O_CREAT | O_TRUNC, mode));
    return write_all(fd.get(), bytes, path);
}

Result<> replace_file(const std::string& path, std::string_view bytes, std::uint32_t mode) {
    const std::string aside = path + "." + std::to_string(::getpid()) + ".new";
    const auto write_aside = [&]() -> Result<> {
        TRY_ASSIGN(const Fd fd, open_file(aside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode));
        TRY(write_all(fd.get(), bytes, aside));
        if (::fsync(fd.get()) != 0) return system_error("sync", aside, errno);
        return {};
    };
    auto written = write_aside();
    if (written) written = os::rename(aside, path);
    if (!written) {
        ::unlink(aside.c_str());  // the first error is the one to tell
        return written;
    }
    return sync_directory(path::parent(path));
}

Result<std::string> read_link(const std::string& path) {
    std::string target(PATH_MAX, '\0');
    const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
    if (size < 0) return system_error("read the symlink", path, errno);
    target.resize(static_cast<std::size_t>(size));
    return target;
}

Result<std::string> real_path(const std::string& path) {
    char* resolved = ::realpath(path.c_str(), nullptr);
    if (resolved == nullptr) return system_error("resolve", path, errno);
    std::string out = resolved;
    std::free(resolved);
    return out;
}

Result<> make_directories(const std::string& path, std::uint32_t mode) {
    if (::mkdir(path.c_str(), mode) == 0) return {};
    if (errno == ENOENT) {
        TRY(make_directories(path::parent(path), mode));
        if (::mkdir(path.c_str(), mode) == 0) return {};
    }
    const int reason = errno;
    struct stat raw {};
    // Somebody else may have made it meanwhile; a symlink to a directory is fine too.
    if (reason == EEXIST && ::stat(path.c_str(), &raw) == 0 && S_ISDIR(raw.st_mode)) return {};
    return system_error("create the directory", path, reason);
}

Result<> make_symlink(const std::string& target, const std::string& path) {
    if (::symlink(target.c_str(), path.c_str()) != 0) return system_error("create the symlink", path, errno);
    return {};
}

Result<> rename(const std::string& from, const std::string& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) return system_error("rename to", to, errno);
    return {};
}

Result<> sync_file_system(const std::string& path) {
    TRY_ASSIGN(const Fd fd, open_file(path, O_RDONLY));
    if (::syncfs(fd.get()) != 0) return system_error("sync the file system of", path, errno);
    return {};
}

Result<Pipe> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("create", "a pipe", errno);
    return Pipe{Fd(ends[0]), Fd(ends[1])};
}

Result<Fd> memory_file(std::string_view name, std::string_view bytes) {
    Fd fd(::memfd_create(std::string(name).c_str(), MFD_CLOEXEC));
    if (!fd) return system_error("create the memory file", name, errno);
    TRY(write_all(fd.get(), bytes, name));
    if (::lseek(fd.get(), 0, SEEK_SET) < 0) return system_error("rewind", name, errno);
    return fd;
}

Result<TemporaryDirectory> TemporaryDirectory::create(const std::string& parent, std::string_view prefix) {
    std::string path = path::join(parent, std::string(prefix) + ".XXXXXX");
    if (::mkdtemp(path.data()) == nullptr) return system_error("create a directory below", parent, errno);
    return TemporaryDirectory(std::move(path));
}

TemporaryDirectory::~TemporaryDirectory() {
    // What cannot be removed now lies below tmp/ and is nobody's; a destructor has no one to tell.
    if (!path_.empty()) (void)remove_tree(path_);
}

}  // namespace contract::os
