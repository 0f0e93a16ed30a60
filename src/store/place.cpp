// SPDX-License-Identifier: Apache-2.0
//
// A read-only tree shares its inodes with the blobs: whoever could write to it would change them and every
// other tree, so such trees are mounted read-only and files and directories lack every write bit. A writable
// one shares nothing. Everything is made by descriptor below a directory that is ours.
#include "place.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "contract/base/path.hpp"
#include "contract/os/file.hpp"

namespace contract::store {

namespace {

bool is_single_file(const core::Directory& tree) {
    return (tree.files.size() == 1 && tree.files.front().name.empty()) ||
           (tree.symlinks.size() == 1 && tree.symlinks.front().name.empty());
}

core::Directory reversed(core::Directory tree) {
    std::reverse(tree.files.begin(), tree.files.end());
    std::reverse(tree.symlinks.begin(), tree.symlinks.end());
    std::reverse(tree.directories.begin(), tree.directories.end());
    return tree;
}

class Placer {
public:
    Placer(const Blobs& blobs, Placement placement, std::optional<std::uint32_t> owner)
        : blobs_(blobs),
          writable_(placement != Placement::read_only),
          backwards_(placement == Placement::writable_backwards),
          owner_(owner) {}

    Result<> directory(const core::Directory& tree, int parent, const std::string& name) const;
    Result<> file(const core::FileNode& node, int parent, const std::string& name) const;
    Result<> symlink(const core::SymlinkNode& node, int parent, const std::string& name) const;

private:
    Result<> entries(const core::Directory& tree, int fd) const;
    Result<> finish(int fd, mode_t mode, const std::string& name) const;

    const Blobs& blobs_;
    bool writable_;
    bool backwards_;
    std::optional<std::uint32_t> owner_;
};

// The mode comes after the owner, since a change of owner may clear bits; the time comes last.
Result<> Placer::finish(int fd, mode_t mode, const std::string& name) const {
    if (owner_ && ::fchown(fd, *owner_, *owner_) != 0)
        return os::system_error("change the owner of", name, errno);
    if (::fchmod(fd, mode) != 0) return os::system_error("change the mode of", name, errno);
    if (::futimens(fd, canonical_times) != 0) return os::system_error("change the time of", name, errno);
    return {};
}

Result<> Placer::file(const core::FileNode& node, int parent, const std::string& name) const {
    const Kind kind = node.executable ? Kind::executable : Kind::plain;
    if (!writable_) return blobs_.link(node.digest, kind, parent, name);
    TRY_ASSIGN(const os::Fd fd, blobs_.copy(node.digest, parent, name));
    return finish(fd.get(), node.executable ? 0755 : 0644, name);
}

Result<> Placer::symlink(const core::SymlinkNode& node, int parent, const std::string& name) const {
    if (::symlinkat(node.target.c_str(), parent, name.c_str()) != 0)
        return os::system_error("create the symlink", name, errno);
    if (owner_ && ::fchownat(parent, name.c_str(), *owner_, *owner_, AT_SYMLINK_NOFOLLOW) != 0)
        return os::system_error("change the owner of", name, errno);
    if (::utimensat(parent, name.c_str(), canonical_times, AT_SYMLINK_NOFOLLOW) != 0)
        return os::system_error("change the time of", name, errno);
    return {};
}

Result<> Placer::entries(const core::Directory& tree, int fd) const {
    for (const auto& node : tree.files) TRY(file(node, fd, node.name));
    for (const auto& node : tree.symlinks) TRY(symlink(node, fd, node.name));
    for (const auto& node : tree.directories) {
        TRY_ASSIGN(const auto child, read_directory(blobs_, node.digest));
        if (is_single_file(child)) return damaged(node.digest, "is no directory of a tree");
        TRY(directory(child, fd, node.name));
    }
    return {};
}

Result<> Placer::directory(const core::Directory& tree, int parent, const std::string& name) const {
    if (::mkdirat(parent, name.c_str(), 0700) != 0)
        return os::system_error("create the directory", name, errno);
    const os::Fd fd(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) return os::system_error("open", name, errno);
    TRY(entries(backwards_ ? reversed(tree) : tree, fd.get()));
    return finish(fd.get(), writable_ ? 0755 : directory_mode, name);
}

}  // namespace

Result<core::Directory> read_directory(const Blobs& blobs, const Digest& digest) {
    TRY_ASSIGN(const auto bytes, blobs.read(digest));
    auto decoded = core::decode_directory(bytes);
    if (!decoded) return damaged(digest, "is no directory of a tree");
    return decoded;
}

Result<> place_tree(const Blobs& blobs, const Digest& tree, const std::string& path, Placement placement,
                    std::optional<std::uint32_t> owner) {
    TRY_ASSIGN(const auto there, os::status(path));
    if (there) return os::system_error("create", path, EEXIST);
    TRY_ASSIGN(const auto top, read_directory(blobs, tree));
    const std::string name = path::name(path);
    TRY_ASSIGN(const os::Fd parent, os::open_file(path::parent(path), O_RDONLY | O_DIRECTORY));
    const Placer placer(blobs, placement, placement == Placement::read_only ? std::nullopt : owner);
    Result<> placed;
    if (!is_single_file(top))
        placed = placer.directory(top, parent.get(), name);
    else if (top.symlinks.empty())
        placed = placer.file(top.files.front(), parent.get(), name);
    else
        placed = placer.symlink(top.symlinks.front(), parent.get(), name);
    if (!placed) (void)os::remove_tree(path);  // the first error is the one to tell
    return placed;
}

}  // namespace contract::store
