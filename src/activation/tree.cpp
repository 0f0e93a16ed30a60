// SPDX-License-Identifier: Apache-2.0
#include "tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"

namespace contract::activation {

namespace {

constexpr std::array root_links{"bin", "sbin", "lib", "lib32", "lib64", "libx32", "var/run", "var/lock"};

Result<std::string> read_link_in(int parent, const std::string& name, const std::string& place) {
    std::string target(4096, '\0');
    const auto length = ::readlinkat(parent, name.c_str(), target.data(), target.size());
    if (length < 0) return os::system_error("read the link", "/" + place, errno);
    target.resize(static_cast<std::size_t>(length));
    return target;
}

Result<Digest> digest_of_file(int parent, const std::string& name, const std::string& place) {
    const os::Fd file(
        ::openat(parent, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
    if (!file) return os::system_error("read", "/" + place, errno);
    Sha256 hash;
    std::array<char, 65536> buffer;
    for (;;) {
        const auto got = ::read(file.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os::system_error("read", "/" + place, errno);
        if (got == 0) return hash.finish();
        hash.update(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
    }
}

Result<std::vector<std::string>> names_in(int parent, const std::string& name, const std::string& place) {
    os::Fd fd(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) return os::system_error("list", "/" + place, errno);
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::fdopendir(fd.get()), ::closedir);
    if (!directory) return os::system_error("list", "/" + place, errno);
    fd.release();
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(directory.get())) {
        const std::string found = entry->d_name;
        if (found != "." && found != "..") names.push_back(found);
        errno = 0;
    }
    if (errno != 0) return os::system_error("list", "/" + place, errno);
    std::sort(names.begin(), names.end());
    return names;
}

Kind kind_of(mode_t mode) {
    if (S_ISREG(mode)) return Kind::regular;
    if (S_ISDIR(mode)) return Kind::directory;
    if (S_ISLNK(mode)) return Kind::symlink;
    return Kind::special;
}

// The first ancestor of `place` that is not a directory.
Result<Parent> blame_ancestor(int root, const std::string& place) {
    std::string ancestor;
    for (const auto& part : path::parts(path::parent(place))) {
        ancestor += (ancestor.empty() ? "" : "/") + part;
        struct stat found {};
        const os::Fd fd(open_beneath(root, ancestor, O_PATH | O_NOFOLLOW));
        if (!fd && errno == ENOENT) return Parent{Parent::State::absent, {}, {}, ancestor};
        // With O_NOFOLLOW alone a last symlink would be opened; RESOLVE_NO_SYMLINKS refuses it.
        if (!fd && errno == ELOOP) return Parent{Parent::State::symlink, {}, {}, ancestor};
        if (!fd) return os::system_error("open", "/" + ancestor, errno);
        if (::fstat(fd.get(), &found) != 0) return os::system_error("look at", "/" + ancestor, errno);
        if (S_ISLNK(found.st_mode)) return Parent{Parent::State::symlink, {}, {}, ancestor};
        if (!S_ISDIR(found.st_mode)) return Parent{Parent::State::not_directory, {}, {}, ancestor};
    }
    return os::system_error("open the directory of", "/" + place, EAGAIN);  // it changed while we looked
}

std::string read_small(int root, const std::string& place) {
    const os::Fd fd(open_beneath(root, place, O_RDONLY | O_NONBLOCK | O_NOCTTY));
    if (!fd) return {};
    auto bytes = os::read_all(fd.get(), 16u << 20, place);
    return bytes ? std::move(bytes).value() : std::string{};
}

}  // namespace

std::string_view word(Kind kind) {
    switch (kind) {
        case Kind::absent: return "nothing";
        case Kind::regular: return "file";
        case Kind::directory: return "directory";
        case Kind::symlink: return "symlink";
        case Kind::special: return "special file";
    }
    return "";
}

std::string describe(const Observed& observed) {
    if (observed.kind == Kind::absent) return "nothing";
    std::string text(word(observed.kind));
    if (observed.kind == Kind::symlink) text += " to '" + harmless(observed.target) + "'";
    if (observed.kind == Kind::regular) text += " of " + count(observed.size, "byte");
    if (observed.kind != Kind::symlink) {
        std::array<char, 8> octal{};
        std::snprintf(octal.data(), octal.size(), "%04o", observed.mode & 07777u);
        text += ", mode " + std::string(octal.data());
    }
    if (observed.owner.is_known())
        text += ", owner " + harmless(observed.owner.user) + ":" + harmless(observed.owner.group);
    return text;
}

bool same_content(const Observed& a, const Observed& b) {
    return a.kind == b.kind && a.content == b.content;
}

bool same_mode_and_owner(const Observed& a, const Observed& b) {
    return a.mode == b.mode && (a.owner == b.owner || !a.owner.is_known() || !b.owner.is_known());
}

bool same(const Observed& a, const Observed& b) {
    return same_content(a, b) && same_mode_and_owner(a, b);
}

int open_beneath(int root, const std::string& place, int flags) {
    open_how how{};
    how.flags = static_cast<std::uint64_t>(static_cast<unsigned>(flags | O_CLOEXEC));
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    const char* name = place.empty() || place == "." ? "." : place.c_str();
    for (int attempt = 0;; ++attempt) {  // EAGAIN: a rename raced with the walk; the kernel asks to try again
        const long fd = ::syscall(SYS_openat2, root, name, &how, sizeof how);
        if (fd >= 0 || errno != EAGAIN || attempt == 100) return static_cast<int>(fd);
    }
}

Result<Tree> Tree::open(const std::string& directory, Ownership ownership) {
    Tree tree;
    tree.directory_ = directory;
    tree.ownership_ = ownership;
    tree.root_ = os::Fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!tree.root_) return os::system_error("open", directory, errno);
    // Asked here, once: otherwise every path of a host would fail without the reason.
    if (!os::Fd(open_beneath(tree.fd(), ".", O_PATH)) && errno == ENOSYS)
        return os::system_error("open without following symlinks", directory, ENOSYS)
            .with_help(
                "hosts need the system call openat2, which came with Linux 5.6; this kernel does not have "
                "it, or a filter such as a container's refuses it");
    tree.find_links();
    tree.accounts_ = Accounts::parse(read_small(tree.fd(), "etc/passwd"), read_small(tree.fd(), "etc/group"));
    if (ownership == Ownership::recorded) {
        TRY_ASSIGN(tree.owners_, OwnerRecord::load(owner_record_file(directory)));
    }
    return tree;
}

void Tree::find_links() {
    struct stat root {};
    if (::fstat(fd(), &root) != 0) return;
    for (const std::string place : root_links) {
        const os::Fd parent(open_beneath(fd(), path::parent(place), O_PATH | O_DIRECTORY));
        if (!parent) continue;
        const std::string name = path::name(place);
        struct stat found {};
        if (::fstatat(parent.get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (!S_ISLNK(found.st_mode) || found.st_uid != root.st_uid) continue;
        const auto target = read_link_in(parent.get(), name, place);
        if (!target) continue;
        const std::string resolved = path::normalise(path::join("/" + path::parent(place), *target));
        links_.emplace_back(place, resolved.substr(1));
    }
}

std::string Tree::place_of(const std::string& path) const {
    std::string place = path::normalise(path);
    while (!place.empty() && place.front() == '/') place.erase(0, 1);
    for (const auto& [link, target] : links_) {
        // The link itself is a place like any other; only what lies below it lies elsewhere.
        if (place.size() > link.size() + 1 && place.compare(0, link.size(), link) == 0 &&
            place[link.size()] == '/')
            return target.empty() ? place.substr(link.size() + 1) : target + place.substr(link.size());
    }
    return place;
}

Result<Parent> Tree::parent_of(const std::string& place) const {
    os::Fd parent(open_beneath(fd(), path::parent(place), O_PATH | O_DIRECTORY));
    if (parent) return Parent{Parent::State::open, std::move(parent), path::name(place), {}};
    if (errno == ENOENT || errno == ELOOP || errno == ENOTDIR) return blame_ancestor(fd(), place);
    return os::system_error("open the directory of", "/" + place, errno);
}

Result<Observed> Tree::observe(const std::string& place) const {
    TRY_ASSIGN(const auto parent, parent_of(place));
    switch (parent.state) {
        case Parent::State::open: return observe_in(parent.fd.get(), parent.name, place);
        case Parent::State::absent: return Observed{};
        case Parent::State::symlink:
            return Error{"symlinked-parent",
                         "'/" + harmless(parent.culprit) + "' is a symlink",
                         Blame::environment,
                         {},
                         {},
                         {}};
        case Parent::State::not_directory: break;
    }
    return Error{"not-a-directory",
                 "'/" + harmless(parent.culprit) + "' is not a directory",
                 Blame::environment,
                 {},
                 {},
                 {}};
}

Result<Observed> Tree::observe_in(int parent, const std::string& name, const std::string& place) const {
    struct stat found {};
    Observed observed;
    if (::fstatat(parent, name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) return observed;
        return os::system_error("look at", "/" + place, errno);
    }
    observed.kind = kind_of(found.st_mode);
    observed.owner =
        ownership_ == Ownership::applied ? accounts_.names(found.st_uid, found.st_gid) : owners_.of(place);
    if (observed.kind != Kind::symlink) observed.mode = static_cast<std::uint32_t>(found.st_mode & 07777);
    if (observed.kind == Kind::regular) {
        observed.size = static_cast<std::uint64_t>(found.st_size);
        TRY_ASSIGN(observed.content, digest_of_file(parent, name, place));
    } else if (observed.kind == Kind::symlink) {
        TRY_ASSIGN(observed.target, read_link_in(parent, name, place));
        observed.content = Digest::of(observed.target);
    }
    return observed;
}

Result<std::vector<std::string>> Tree::list(const std::string& place) const {
    TRY_ASSIGN(const auto parent, parent_of(place));
    if (parent.state != Parent::State::open) return std::vector<std::string>{};
    return names_in(parent.fd.get(), place.empty() ? "." : parent.name, place);
}

Result<> Tree::snapshot_below(const std::string& place,
                              std::vector<std::pair<std::string, Observed>>& found) const {
    TRY_ASSIGN(const auto names, place.empty() ? names_in(fd(), ".", "") : list(place));
    for (const auto& name : names) {
        const std::string below = place.empty() ? name : place + "/" + name;
        TRY_ASSIGN(const auto observed, observe(below));
        found.emplace_back(below, observed);
        if (observed.kind == Kind::directory) TRY(snapshot_below(below, found));
    }
    return {};
}

Result<std::vector<std::pair<std::string, Observed>>> Tree::snapshot() const {
    std::vector<std::pair<std::string, Observed>> found;
    TRY(snapshot_below("", found));
    return found;
}

Result<Digest> digest_of_directory(int parent, const std::string& name) {
    const os::Fd directory(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!directory) return os::system_error("open", name, errno);
    TRY_ASSIGN(const auto names, names_in(directory.get(), ".", name));
    Sha256 hash;
    for (const auto& child : names) {
        struct stat found {};
        if (::fstatat(directory.get(), child.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0)
            return os::system_error("look at", child, errno);
        hash.update(std::to_string(child.size()) + ":" + child + std::to_string(found.st_mode) + ":");
        Digest content;
        if (S_ISREG(found.st_mode)) {
            TRY_ASSIGN(content, digest_of_file(directory.get(), child, child));
        } else if (S_ISLNK(found.st_mode)) {
            TRY_ASSIGN(const auto target, read_link_in(directory.get(), child, child));
            content = Digest::of(target);
        } else if (S_ISDIR(found.st_mode)) {
            TRY_ASSIGN(content, digest_of_directory(directory.get(), child));
        }
        hash.update(content.text());
    }
    return hash.finish();
}

}  // namespace contract::activation
