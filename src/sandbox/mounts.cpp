// SPDX-License-Identifier: Apache-2.0
//
// How the new root comes to be.
//
// Everything is done with file descriptors: open_tree makes a detached copy of a mount that no path leads to,
// fsopen and fsmount make a file system the same way, and move_mount puts either in its place. Hence the
// order:
//
// 1. All mounts are made private, so that nothing done here is seen outside.
// 2. All sources are opened, before anything is mounted that could hide one, and while the process still has
//    the ids of the caller: build directories lie under a directory only the caller may enter.
// 3. The flags are set on the detached copies, recursively. A classic `MS_REMOUNT|MS_BIND|MS_RDONLY` reaches
//    no mount below the first and fails where the source carries flags that the call would drop;
//    mount_setattr(AT_RECURSIVE) only adds.
// 4. As the inner id (a tmpfs takes no files of an id that is not mapped), the root tmpfs is mounted on the
//    scratch directory and filled step by step. Targets are resolved by openat2 with RESOLVE_IN_ROOT: a
//    symlink in a source can point where it likes, it leads nowhere outside the new root.
// 5. SealRoot makes the root itself read-only. It must come last: mount points are made in it.
// 6. pivot_root(".", ".") puts the old root on top of the new one, and one umount takes it away; the old root
//    is then not hidden but gone.
//
// There is no overlay here: a root is bound folder by folder, one that is a tree with the few folders opened
// that get more than it has (tree_view.cpp), and store paths are bound one by one (25 µs each).
#include "mounts.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "contract/base/path.hpp"
#include "record.hpp"

namespace contract::sandbox {

namespace {

constexpr std::array<const char*, 6> device_names = {"full", "null", "random", "tty", "urandom", "zero"};

std::string relative(const std::string& path) {
    const auto start = path.find_first_not_of('/');
    return start == std::string::npos ? "." : path.substr(start);
}

void set_attributes(int tree, std::uint64_t attributes, unsigned flags, Step step, const std::string& path) {
    mount_attr wanted{};
    wanted.attr_set = attributes;
    if (::mount_setattr(tree, "", AT_EMPTY_PATH | flags, &wanted, sizeof wanted) != 0) give_up(step, path);
}

using Options = std::vector<std::pair<std::string, std::string>>;  // an empty value: a flag

os::Fd new_file_system(const char* type, const Options& options, unsigned attributes, Step step,
                       const std::string& path) {
    const os::Fd context(::fsopen(type, FSOPEN_CLOEXEC));
    if (!context) give_up(step, path);
    for (const auto& [name, value] : options)
        if (::fsconfig(context.get(), value.empty() ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING, name.c_str(),
                       value.empty() ? nullptr : value.c_str(), 0) != 0)
            give_up(step, path);
    if (::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) give_up(step, path);
    os::Fd mounted(::fsmount(context.get(), FSMOUNT_CLOEXEC, attributes));
    if (!mounted) give_up(step, path);
    return mounted;
}

std::string octal(std::uint32_t mode) {
    std::string text;
    for (int shift = 9; shift >= 0; shift -= 3) text.push_back(static_cast<char>('0' + (mode >> shift & 7)));
    return text;
}

}  // namespace

void NewRoot::open_sources() {
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) give_up(Step::private_mounts, "/");
    scratch_ = os::Fd(::open(setup_.scratch.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!scratch_) give_up(Step::open_source, setup_.scratch);
    if (!setup_.writable_root.empty()) {
        open_source(setup_.writable_root, Rights::writable);
        writable_root_ = std::move(sources_.back().tree);
        sources_.pop_back();
    }
    for (const auto& step : setup_.mounts) {
        if (const auto* bound = std::get_if<Bind>(&step))
            open_source(bound->source, bound->as_is      ? Rights::as_is
                                       : bound->writable ? Rights::writable
                                                         : Rights::read_only);
        if (std::holds_alternative<Devices>(step))
            for (const auto* name : device_names) open_source(std::string("/dev/") + name, Rights::device);
    }
}

void NewRoot::open_source(const std::string& path, Rights rights) {
    Source& source = sources_.emplace_back();
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) give_up(Step::open_source, path);
    if (S_ISLNK(status.st_mode)) {
        source.link.resize(4096);
        const ssize_t length = ::readlink(path.c_str(), source.link.data(), source.link.size());
        if (length < 0) give_up(Step::open_source, path);
        source.link.resize(static_cast<std::size_t>(length));
        return;
    }
    source.directory = S_ISDIR(status.st_mode);
    source.tree = os::Fd(::open_tree(
        AT_FDCWD, path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_SYMLINK_NOFOLLOW));
    if (!source.tree) give_up(Step::open_source, path);
    if (rights == Rights::as_is) return;
    std::uint64_t attributes = MOUNT_ATTR_NOSUID;
    attributes |= rights == Rights::device ? MOUNT_ATTR_NOEXEC : MOUNT_ATTR_NODEV;
    if (rights == Rights::read_only) attributes |= MOUNT_ATTR_RDONLY;
    set_attributes(source.tree.get(), attributes, AT_RECURSIVE, Step::bind, path);
}

void NewRoot::build() {
    root_ = writable_root_
                ? std::move(writable_root_)
                : new_file_system("tmpfs", {{"mode", "0755"}}, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV,
                                  Step::mount_root, setup_.scratch);
    if (::move_mount(root_.get(), "", scratch_.get(), "",
                     MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0)
        give_up(Step::mount_root, setup_.scratch);
    for (const auto& step : setup_.mounts) apply(step);
    sources_.clear();
}

void NewRoot::apply(const MountStep& step) {
    if (const auto* value = std::get_if<Bind>(&step)) return bind(value->target);
    if (const auto* value = std::get_if<Tmpfs>(&step)) return tmpfs(*value);
    if (const auto* value = std::get_if<MakeFolder>(&step)) return make_folders(value->target, value->mode);
    if (const auto* value = std::get_if<MakeFile>(&step)) return make_file(*value);
    if (const auto* value = std::get_if<MakeLink>(&step)) return make_link(*value);
    if (const auto* value = std::get_if<Devices>(&step)) return devices(*value);
    if (const auto* value = std::get_if<Proc>(&step)) {
        make_folders(value->target, 0755);
        const auto proc =
            new_file_system("proc", {}, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC,
                            Step::mount_proc, value->target);
        return place(proc.get(), value->target);
    }
    set_attributes(root_.get(), MOUNT_ATTR_RDONLY, 0, Step::enter_root, "/");
}

os::Fd NewRoot::open_inside(const std::string& path, int flags) const {
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    const std::string inside = relative(path);
    return os::Fd(static_cast<int>(::syscall(SYS_openat2, root_.get(), inside.c_str(), &how, sizeof how)));
}

// Only what is missing is made, so a target may lie in a directory that a source brings along.
void NewRoot::make_folders(const std::string& path, std::uint32_t mode) const {
    if (open_inside(path, O_PATH | O_DIRECTORY)) return;
    if (errno != ENOENT) give_up(Step::make_entry, path);
    const std::string above = path::parent(path);
    if (above != path) make_folders(above, 0755);
    const os::Fd directory = open_inside(above, O_PATH | O_DIRECTORY);
    const std::string name = path::name(path);
    if (!directory || ::mkdirat(directory.get(), name.c_str(), 0700) != 0) give_up(Step::make_entry, path);
    // By hand, since the umask of the caller would take bits away.
    if (::fchmodat(directory.get(), name.c_str(), mode, 0) != 0) give_up(Step::make_entry, path);
}

void NewRoot::make_file(const MakeFile& step) const {
    const std::string above = path::parent(step.target);
    make_folders(above, 0755);
    const os::Fd directory = open_inside(above, O_PATH | O_DIRECTORY);
    const os::Fd file(::openat(directory.get(), path::name(step.target).c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file ||
        ::write(file.get(), step.bytes.data(), step.bytes.size()) !=
            static_cast<ssize_t>(step.bytes.size()) ||
        ::fchmod(file.get(), step.mode) != 0)
        give_up(Step::make_entry, step.target);
}

void NewRoot::make_link(const MakeLink& step) const {
    const std::string above = path::parent(step.target);
    make_folders(above, 0755);
    const os::Fd directory = open_inside(above, O_PATH | O_DIRECTORY);
    if (::symlinkat(step.points_to.c_str(), directory.get(), path::name(step.target).c_str()) != 0)
        give_up(Step::make_entry, step.target);
}

void NewRoot::place(int tree, const std::string& target) const {
    const os::Fd point = open_inside(target, O_PATH);
    if (!point) give_up(Step::bind, target);
    if (::move_mount(tree, "", point.get(), "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0)
        give_up(Step::bind, target);
}

void NewRoot::bind(const std::string& target) {
    const Source& source = sources_.at(next_++);
    if (!source.link.empty()) return make_link(MakeLink{target, source.link});
    if (source.directory) {
        make_folders(target, 0755);
    } else if (!open_inside(target, O_PATH)) {
        make_file(MakeFile{target, "", 0444});
    }
    place(source.tree.get(), target);
}

void NewRoot::tmpfs(const Tmpfs& step) {
    make_folders(step.target, 0755);
    Options options = {{"mode", octal(step.mode)}};
    if (step.size != 0) options.emplace_back("size", std::to_string(step.size));
    const auto mounted = new_file_system("tmpfs", options, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV,
                                         Step::mount_file_system, step.target);
    place(mounted.get(), step.target);
}

void NewRoot::devices(const Devices& step) {
    make_folders(step.target, 0755);
    const auto folder = new_file_system("tmpfs", {{"mode", "0755"}}, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
                                        Step::mount_file_system, step.target);
    place(folder.get(), step.target);
    for (const auto* name : device_names) bind(step.target + "/" + name);
    const std::string terminals = step.target + "/pts";
    make_folders(terminals, 0755);
    const auto pts =
        new_file_system("devpts", {{"newinstance", ""}, {"ptmxmode", "0666"}, {"mode", "0620"}},
                        MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, Step::mount_file_system, terminals);
    place(pts.get(), terminals);
    tmpfs(Tmpfs{step.target + "/shm", 01777, 0});
    for (const auto& [name, target] :
         {std::pair{"ptmx", "pts/ptmx"}, std::pair{"fd", "/proc/self/fd"},
          std::pair{"stdin", "/proc/self/fd/0"}, std::pair{"stdout", "/proc/self/fd/1"},
          std::pair{"stderr", "/proc/self/fd/2"}})
        make_link(MakeLink{step.target + "/" + name, target});
    set_attributes(folder.get(), MOUNT_ATTR_RDONLY, 0, Step::mount_file_system, step.target);
}

void NewRoot::enter() {
    if (::fchdir(root_.get()) != 0 || ::syscall(SYS_pivot_root, ".", ".") != 0 ||
        ::umount2(".", MNT_DETACH) != 0 || ::chdir("/") != 0)
        give_up(Step::enter_root, "/");
}

}  // namespace contract::sandbox
