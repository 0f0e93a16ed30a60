// SPDX-License-Identifier: Apache-2.0
//
// Files and directories. Every failure is an Error with code "system" that names the operation, the path and
// the system's reason; a missing path is told apart where callers need to know.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/base/result.hpp"
#include "contract/os/fd.hpp"

namespace contract::os {

// "cannot OPERATION 'PATH': REASON", blame environment, with help for a full disk and a missing permission.
Error system_error(std::string_view operation, std::string_view path, int errno_value);

enum class FileType { regular, directory, symlink, other };

struct FileStatus {
    FileType type = FileType::other;
    std::uint32_t mode = 0;  // permission bits, set-id and sticky included
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;
    std::int64_t ctime_ns = 0;
    std::uint64_t inode = 0;
    std::uint64_t device = 0;
    std::uint64_t links = 0;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
};

// Without following a last symlink. An empty optional: there is nothing there.
Result<std::optional<FileStatus>> status(const std::string& path);
// Following symlinks.
Result<std::optional<FileStatus>> target_status(const std::string& path);
bool exists(const std::string& path);  // without following; false also when it cannot be told

// What status() says of many files below one directory. Each folder is opened once while its files are asked
// for one after another: the kernel then looks up one name for each file and not a whole path.
class StatusReader {
public:
    explicit StatusReader(std::string root) : root_(std::move(root)) {}
    Result<std::optional<FileStatus>> status(std::string_view name);  // relative to the directory

private:
    void enter(std::string_view folder);

    std::string root_;
    std::string folder_;  // relative, of the last file
    bool entered_ = false;
    Fd directory_;      // that folder, once entered
    int refused_ = 0;   // the reason why it could not be opened
    std::string last_;  // the name in that folder, kept for its memory
};

// `limit` bytes at most; a larger file is error file-too-large. Refuses anything but a regular file with
// not-a-file, without ever blocking on a FIFO.
Result<std::string> read_file(const std::string& path, std::uint64_t limit = std::uint64_t{1} << 30);
// The same; an empty optional: there is nothing there.
Result<std::optional<std::string>> read_file_if_any(const std::string& path, std::uint64_t limit);
Result<std::string> read_all(int fd, std::uint64_t limit, std::string_view name);
Result<> write_all(int fd, std::string_view bytes, std::string_view name);

// Truncates or creates; not atomic.
Result<> write_file(const std::string& path, std::string_view bytes, std::uint32_t mode = 0644);
// Writes aside, fsyncs, renames, fsyncs the directory: afterwards the old or the new content is there, whole.
Result<> replace_file(const std::string& path, std::string_view bytes, std::uint32_t mode = 0644);

Result<std::vector<std::string>> list_directory(
    const std::string& path);  // sorted by bytes, without . and ..
Result<std::string> read_link(const std::string& path);
Result<std::string> real_path(const std::string& path);
Result<> make_directories(const std::string& path, std::uint32_t mode = 0755);
Result<> make_symlink(const std::string& target, const std::string& path);
Result<> rename(const std::string& from, const std::string& to);
// Removes whatever is there, read-only directories included, never following a symlink; nothing there is
// success.
Result<> remove_tree(const std::string& path);
Result<> sync_file_system(const std::string& path);  // syncfs

Result<Fd> open_file(const std::string& path, int flags, std::uint32_t mode = 0);
Result<Pipe> make_pipe();
// An anonymous file in memory that holds `bytes`, at offset 0.
Result<Fd> memory_file(std::string_view name, std::string_view bytes);

// A new directory of mode 0700 below `parent`, removed with everything in it at the end of its life.
class TemporaryDirectory {
public:
    static Result<TemporaryDirectory> create(const std::string& parent, std::string_view prefix);
    TemporaryDirectory(TemporaryDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    TemporaryDirectory& operator=(TemporaryDirectory&& other) noexcept {
        std::swap(path_, other.path_);
        return *this;
    }
    ~TemporaryDirectory();
    const std::string& path() const { return path_; }
    std::string release() { return std::exchange(path_, {}); }  // the caller removes it

private:
    explicit TemporaryDirectory(std::string path) : path_(std::move(path)) {}
    std::string path_;
};

}  // namespace contract::os
