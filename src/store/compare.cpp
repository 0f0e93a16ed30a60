// SPDX-License-Identifier: Apache-2.0
#include "compare.hpp"

#include <sys/stat.h>

#include "contract/os/file.hpp"
#include "place.hpp"

namespace contract::store {

namespace {

using Found = std::optional<Difference>;

constexpr std::string_view other_bytes = "has other bytes than when it was made";
constexpr std::string_view other_mode = "has another mode than when it was made";
constexpr std::string_view part_missing = "has a tree of which the store lacks a part";

std::string joined(const std::string& inside, const std::string& name) {
    return inside.empty() ? name : inside + "/" + name;
}

bool is_same_inode(const struct stat& one, const std::string& path) {
    struct stat other {};
    return ::lstat(path.c_str(), &other) == 0 && other.st_ino == one.st_ino && other.st_dev == one.st_dev;
}

class Comparison {
public:
    Comparison(const Blobs& blobs, const std::set<Digest>& bad) : blobs_(blobs), bad_(bad) {}

    Found whole(const Digest& tree, const std::string& path) const {
        const auto top = read_directory(blobs_, tree);
        if (!top) return Difference{"", std::string(part_missing), true};
        struct stat raw {};
        if (::lstat(path.c_str(), &raw) != 0) return Difference{"", "is missing"};
        if (top->files.size() == 1 && top->files.front().name.empty())
            return file(top->files.front(), path, "");
        if (top->symlinks.size() == 1 && top->symlinks.front().name.empty())
            return symlink(top->symlinks.front(), path, "");
        return directory(*top, path, "");
    }

private:
    Found directory(const core::Directory& tree, const std::string& path, const std::string& inside) const {
        struct stat raw {};
        if (::lstat(path.c_str(), &raw) != 0) return Difference{inside, "is missing"};
        // A symlink to the very same content is another thing: where it leads to, anybody may write.
        if (!S_ISDIR(raw.st_mode)) return Difference{inside, "is no directory any more"};
        const Found changed_mode =
            (raw.st_mode & 07777) == directory_mode ? std::nullopt : Found({inside, std::string(other_mode)});
        // What it has is told first, where that can be seen.
        if ((raw.st_mode & 0500) != 0500) return changed_mode;
        if (auto found = entries(tree, path, inside)) return found;
        return changed_mode;
    }

    Found entries(const core::Directory& tree, const std::string& path, const std::string& inside) const {
        const auto names = os::list_directory(path);
        if (!names) return Difference{inside, "cannot be listed"};
        for (const auto& node : tree.files)
            if (auto found = file(node, path + "/" + node.name, joined(inside, node.name))) return found;
        for (const auto& node : tree.symlinks)
            if (auto found = symlink(node, path + "/" + node.name, joined(inside, node.name))) return found;
        for (const auto& node : tree.directories) {
            const auto below = joined(inside, node.name);
            const auto child = read_directory(blobs_, node.digest);
            if (!child) return Difference{below, std::string(part_missing), true};
            if (auto found = directory(*child, path + "/" + node.name, below)) return found;
        }
        if (names->size() != tree.files.size() + tree.directories.size() + tree.symlinks.size())
            return Difference{inside, "has entries that nobody put there"};
        return std::nullopt;
    }

    Found file(const core::FileNode& node, const std::string& path, const std::string& inside) const {
        struct stat raw {};
        if (::lstat(path.c_str(), &raw) != 0) return Difference{inside, "is missing"};
        if (!S_ISREG(raw.st_mode)) return Difference{inside, "is no file any more"};
        const Kind kind = node.executable ? Kind::executable : Kind::plain;
        if (!bad_.contains(node.digest) && is_same_inode(raw, blobs_.path(node.digest, kind)))
            return std::nullopt;
        const auto bytes = hash_file(path);
        if (!bytes || bytes->digest != node.digest) return Difference{inside, std::string(other_bytes)};
        if ((raw.st_mode & 07777) != mode_of(kind)) return Difference{inside, std::string(other_mode)};
        // Nothing that needs it again could be made: the path is all that is left of it.
        if (!blobs_.has(node.digest)) return Difference{inside, "is missing among the blobs", true};
        return std::nullopt;
    }

    static Found symlink(const core::SymlinkNode& node, const std::string& path, const std::string& inside) {
        const auto target = os::read_link(path);
        if (!target) return Difference{inside, "is missing, or no symlink any more"};
        if (*target != node.target) return Difference{inside, "points somewhere else than when it was made"};
        return std::nullopt;
    }

    const Blobs& blobs_;
    const std::set<Digest>& bad_;
};

}  // namespace

std::optional<Difference> compare(const Blobs& blobs, const std::set<Digest>& bad, const Digest& tree,
                                  const std::string& path) {
    return Comparison(blobs, bad).whole(tree, path);
}

}  // namespace contract::store
