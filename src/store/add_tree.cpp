// SPDX-License-Identifier: Apache-2.0
//
// How a tree enters the store, and why no crash can make a wrong thing visible.
//
// A process that dies. kill -9 loses nothing the kernel was told, so only the order of our calls counts:
//   1. every file is written (or, for an output below tmp/, already lies) outside blobs/, is hashed, gets its
//      final mode and time, and is then renamed to its digest. A name in blobs/ always has whole content.
//   2. Directory messages are blobs too, and a directory is added after everything in it. So a Directory that
//      is there has everything below it, as long as nothing is removed.
//   3. an output is placed below tmp/, and the finished tree is renamed to store/<base> in one step.
//   4. one SQLite transaction, last of all, makes path and result visible.
// Dying between two steps leaves blobs that nobody names, something below tmp/, or a path without a row. The
// first are found again by digest, the second is never read, the third is replaced by whoever comes next.
//
// A machine that stops. Then the order on disk may be another one than ours, except across syncfs. It is
// called after 1 to 3 and before 4, with the tree still below tmp/ (threads that end together share one): a
// row that survived therefore names a tree whose every byte is on disk. SQLite runs with synchronous=NORMAL:
// the last rows may be lost, never one before them, and never half a row, as each frame of its log has a
// checksum; a lost row is built again. The rename of step 3 may be lost while the row is kept: then the path
// is missing, and a path is looked for each time. It can never be the path of *another* tree, because
// exchanging one goes: forget the row, syncfs, exchange, syncfs, new row (results.cpp).
//
// What no row names may be damaged after that: blobs of an action that did not come to its end. File systems
// in use write data before they grow the file, so what is left is too short, and every blob that is found
// again has its size compared first. The row of a tree that was not synced carries the boot it was seen whole
// in; in any other boot, every byte below it is hashed again before it counts (trees.cpp).
#include "add_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/core/directory.hpp"
#include "contract/os/file.hpp"

namespace contract::store {

namespace {

// One descriptor is open per level, and the usual limit is 1024.
constexpr int deepest = 256;

Error refused(const std::string& inside, std::string_view why) {
    return {
        "output-not-allowed",
        "'" + harmless(inside.empty() ? "." : inside) + "' " + std::string(why),
        Blame::declaration,
        {},
        {},
        {"an output consists of regular files, directories and symlinks with UTF-8 names; let the command "
         "remove the rest"}};
}

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

Result<std::vector<std::string>> names_in(int fd, const std::string& shown) {
    os::Fd copy(::openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!copy) return os::system_error("open", shown, errno);
    const std::unique_ptr<DIR, CloseDirectory> directory(::fdopendir(copy.get()));
    if (!directory) return os::system_error("list", shown, errno);
    copy.release();
    std::vector<std::string> names;
    for (errno = 0; const dirent* entry = ::readdir(directory.get()); errno = 0) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
    if (errno != 0) return os::system_error("list", shown, errno);
    return names;
}

class TreeReader {
public:
    TreeReader(const Blobs& blobs, std::string top, Taking taking)
        : blobs_(blobs), top_(std::move(top)), taking_(taking) {}

    // Adds the entry `name` of `parent` to `into` as `stored`. `inside` is its path below the top.
    Result<> entry(int parent, const std::string& name, const std::string& stored, const std::string& inside,
                   int depth, core::Directory& into) const;
    Result<SizedDigest> directory(int parent, const std::string& name, const std::string& inside,
                                  int depth) const;

private:
    std::string shown(const std::string& inside) const { return inside.empty() ? top_ : top_ + "/" + inside; }
    Result<os::Fd> open(int parent, const std::string& name, int flags, mode_t needed,
                        const std::string& inside) const;
    Result<> file(int parent, const std::string& name, const std::string& stored, const std::string& inside,
                  core::Directory& into) const;
    Result<> symlink(int parent, const std::string& name, const std::string& stored,
                     const std::string& inside, core::Directory& into) const;

    const Blobs& blobs_;
    std::string top_;
    Taking taking_;
};

// What a builder left without permissions is ours to open all the same.
Result<os::Fd> TreeReader::open(int parent, const std::string& name, int flags, mode_t needed,
                                const std::string& inside) const {
    const int all = flags | O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    os::Fd fd(::openat(parent, name.c_str(), all));
    if (!fd && errno == EACCES && taking_ == Taking::move && ::fchmodat(parent, name.c_str(), needed, 0) == 0)
        fd = os::Fd(::openat(parent, name.c_str(), all));
    if (!fd) return os::system_error("open", shown(inside), errno);
    return fd;
}

Result<> TreeReader::file(int parent, const std::string& name, const std::string& stored,
                          const std::string& inside, core::Directory& into) const {
    struct stat raw {};
    // Before open() may have to change the mode of a file that cannot be read.
    if (::fstatat(parent, name.c_str(), &raw, AT_SYMLINK_NOFOLLOW) != 0)
        return os::system_error("look at", shown(inside), errno);
    if ((raw.st_mode & (S_ISUID | S_ISGID)) != 0)
        return refused(inside, "is a set-user-id or set-group-id file");
    const Kind kind = (raw.st_mode & 0111) != 0 ? Kind::executable : Kind::plain;
    TRY_ASSIGN(const os::Fd fd, open(parent, name, 0, 0600, inside));
    if (::fstat(fd.get(), &raw) != 0) return os::system_error("look at", shown(inside), errno);
    if (!S_ISREG(raw.st_mode)) return refused(inside, "changed while it was read");
    TRY_ASSIGN(const auto added, taking_ == Taking::move
                                     ? blobs_.take(parent, name, fd.get(), kind, shown(inside))
                                     : blobs_.add_copy(fd.get(), kind, shown(inside)));
    into.files.push_back({stored, added.digest, added.size, kind == Kind::executable});
    return {};
}

Result<> TreeReader::symlink(int parent, const std::string& name, const std::string& stored,
                             const std::string& inside, core::Directory& into) const {
    std::string target(PATH_MAX, '\0');
    const ssize_t size = ::readlinkat(parent, name.c_str(), target.data(), target.size());
    if (size < 0) return os::system_error("read the symlink", shown(inside), errno);
    target.resize(static_cast<std::size_t>(size));
    if (!is_utf8(target)) return refused(inside, "is a symlink to a name that is not UTF-8");
    into.symlinks.push_back({stored, target});
    return {};
}

Result<> TreeReader::entry(int parent, const std::string& name, const std::string& stored,
                           const std::string& inside, int depth, core::Directory& into) const {
    if (!is_utf8(stored)) return refused(inside, "has a name that is not UTF-8");
    struct stat raw {};
    if (::fstatat(parent, name.c_str(), &raw, AT_SYMLINK_NOFOLLOW) != 0)
        return os::system_error("look at", shown(inside), errno);
    switch (raw.st_mode & S_IFMT) {
        case S_IFREG: return file(parent, name, stored, inside, into);
        case S_IFLNK: return symlink(parent, name, stored, inside, into);
        case S_IFDIR: {
            TRY_ASSIGN(const auto child, directory(parent, name, inside, depth + 1));
            into.directories.push_back({stored, child.digest, child.size});
            return {};
        }
        case S_IFIFO: return refused(inside, "is a FIFO");
        case S_IFSOCK: return refused(inside, "is a socket");
        default: return refused(inside, "is a device");
    }
}

Result<SizedDigest> TreeReader::directory(int parent, const std::string& name, const std::string& inside,
                                          int depth) const {
    if (depth > deepest) return refused(inside, "lies deeper than 256 directories");
    TRY_ASSIGN(const os::Fd fd, open(parent, name, O_DIRECTORY, 0700, inside));
    struct stat raw {};
    if (::fstat(fd.get(), &raw) != 0) return os::system_error("look at", shown(inside), errno);
    // Files can be moved only out of a directory that can be written to.
    if (taking_ == Taking::move && (raw.st_mode & 0700) != 0700 && ::fchmod(fd.get(), 0700) != 0)
        return os::system_error("change the mode of", shown(inside), errno);
    TRY_ASSIGN(const auto names, names_in(fd.get(), shown(inside)));
    core::Directory out;
    for (const auto& child : names)
        TRY(entry(fd.get(), child, child, inside.empty() ? child : inside + "/" + child, depth, out));
    TRY_ASSIGN(const auto bytes, core::encode(out));
    TRY_ASSIGN(const auto digest, blobs_.add(bytes));
    return SizedDigest{digest, bytes.size()};
}

}  // namespace

Result<Digest> add_tree(const Blobs& blobs, const std::string& path, Taking taking) {
    const TreeReader reader(blobs, path, taking);
    TRY_ASSIGN(const auto found, os::status(path));
    if (!found) return os::system_error("look at", path, ENOENT);
    if (found->type == os::FileType::directory) {
        TRY_ASSIGN(const auto top, reader.directory(AT_FDCWD, path, "", 0));
        return top.digest;
    }
    const std::string above = path::parent(path);
    TRY_ASSIGN(const os::Fd parent, os::open_file(above, O_RDONLY | O_DIRECTORY));
    core::Directory lone;
    TRY(reader.entry(parent.get(), path::name(path), "", "", 0, lone));
    TRY_ASSIGN(const auto bytes, core::encode(lone));
    return blobs.add(bytes);
}

}  // namespace contract::store
