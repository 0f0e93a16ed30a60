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

// Removes one directory with everything in it. A directory that lies deep is first moved up into the one that
// is removed, so that neither descriptors nor the stack run out however deep a tree is.
class Removal {
public:
    Result<> of(int parent, const std::string& name, const std::string& path) {
        if (::unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT || errno == ENOTDIR) return {};
        if (const int reason = errno; !is_directory(parent, name))
            return system_error("remove", path, reason);
        TRY_ASSIGN(top_, open(parent, name, path));
        TRY(children(top_.get(), path, 1));
        while (!moved_.empty()) {
            const std::string next = std::move(moved_.back());
            moved_.pop_back();
            TRY(directory(top_.get(), next, path + "/" + next, 1));
        }
        return remove_empty(parent, name, path);
    }

private:
    static constexpr int deepest = 64;

    static bool is_directory(int parent, const std::string& name) {
        struct stat raw {};
        return ::fstatat(parent, name.c_str(), &raw, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(raw.st_mode);
    }

    static Result<Fd> open(int parent, const std::string& name, const std::string& path) {
        constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
        Fd directory(::openat(parent, name.c_str(), flags));
        // A directory of ours may be read-only or, like an overlay's work directory, have no permission at
        // all.
        if (!directory && errno == EACCES && ::fchmodat(parent, name.c_str(), 0700, 0) == 0)
            directory = Fd(::openat(parent, name.c_str(), flags));
        if (!directory) return system_error("open", path, errno);
        if (::fchmod(directory.get(), 0700) != 0 && errno != EPERM)
            return system_error("change the mode of", path, errno);
        return directory;
    }

    static Result<> remove_empty(int parent, const std::string& name, const std::string& path) {
        if (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) return {};
        return system_error("remove", path, errno);
    }

    Result<> children(int directory, const std::string& path, int depth) {
        Fd copy(::fcntl(directory, F_DUPFD_CLOEXEC, 0));
        if (!copy) return system_error("open", path, errno);
        TRY_ASSIGN(const auto names, names_in(std::move(copy), path));
        for (const auto& name : names) TRY(child(directory, name, path + "/" + name, depth));
        return {};
    }

    Result<> child(int parent, const std::string& name, const std::string& path, int depth) {
        if (::unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT) return {};
        if (const int reason = errno; !is_directory(parent, name))
            return system_error("remove", path, reason);
        return depth < deepest ? directory(parent, name, path, depth) : move_up(parent, name, path);
    }

    Result<> directory(int parent, const std::string& name, const std::string& path, int depth) {
        {
            TRY_ASSIGN(const Fd opened, open(parent, name, path));
            TRY(children(opened.get(), path, depth + 1));
        }
        return remove_empty(parent, name, path);
    }

    Result<> move_up(int parent, const std::string& name, const std::string& path) {
        // Only who may write to a directory can move it, for its ".." changes.
        TRY(open(parent, name, path));
        std::string free;
        struct stat raw {};
        do free = "deep-" + std::to_string(number_++);
        while (::fstatat(top_.get(), free.c_str(), &raw, AT_SYMLINK_NOFOLLOW) == 0);
        if (::renameat(parent, name.c_str(), top_.get(), free.c_str()) != 0)
            return system_error("move", path, errno);
        moved_.push_back(std::move(free));
        return {};
    }

    Fd top_;
    std::vector<std::string> moved_;
    std::uint64_t number_ = 0;
};

}  // namespace

Result<std::vector<std::string>> list_directory(const std::string& path) {
    TRY_ASSIGN(Fd fd, open_file(path, O_RDONLY | O_DIRECTORY));
    return names_in(std::move(fd), path);
}

Result<> remove_tree(const std::string& path) {
    return Removal().of(AT_FDCWD, path, path);
}

}  // namespace contract::os
