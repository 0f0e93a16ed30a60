// SPDX-License-Identifier: Apache-2.0
//
// Attacks on files that are not the sealed process's to change, and looks at what there is to see.
#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "attack.hpp"

namespace attack {

namespace {

int open_to_write(const Arguments& a) {
    return verdict(open(a[0].c_str(), O_WRONLY | O_CLOEXEC) >= 0);
}

// Through the descriptor of a file that was opened to be read.
bool reopen(const std::string& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    return fd >= 0 && open(("/proc/self/fd/" + std::to_string(fd)).c_str(), O_WRONLY | O_CLOEXEC) >= 0;
}

bool set_flags(const std::string& path, int flags) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    int now = 0;
    return fd >= 0 && ioctl(fd, FS_IOC_GETFLAGS, &now) == 0 &&
           ioctl(fd, FS_IOC_SETFLAGS, &(now = flags)) == 0;
}

// "change HOW FOLDER": FOLDER has a file "file".
int change(const Arguments& a) {
    const std::string &how = a[0], folder = a[1], file = folder + "/file", fresh = folder + "/new";
    const timespec now[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
    errno = EINVAL;
    if (how == "append") return verdict(open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC) >= 0);
    if (how == "truncate") return verdict(truncate(file.c_str(), 0) == 0);
    if (how == "mode") return verdict(chmod(file.c_str(), 0666) == 0);
    if (how == "folder-mode") return verdict(chmod(folder.c_str(), 0777) == 0);
    if (how == "owner") return verdict(chown(file.c_str(), getuid(), getgid()) == 0);
    if (how == "time") return verdict(utimensat(AT_FDCWD, file.c_str(), now, 0) == 0);
    if (how == "remove") return verdict(unlink(file.c_str()) == 0);
    if (how == "rename") return verdict(rename(file.c_str(), fresh.c_str()) == 0);
    if (how == "replace") {
        const int fd = open("/build/other", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        return verdict(fd >= 0 && rename("/build/other", file.c_str()) == 0);
    }
    if (how == "create") return verdict(open(fresh.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644) >= 0);
    if (how == "folder") return verdict(mkdir(fresh.c_str(), 0755) == 0);
    if (how == "symlink") return verdict(symlink("/etc", fresh.c_str()) == 0);
    if (how == "fifo") return verdict(mkfifo(fresh.c_str(), 0644) == 0);
    if (how == "link") return verdict(link(file.c_str(), fresh.c_str()) == 0);
    if (how == "link-out") return verdict(link(file.c_str(), "/build/linked") == 0);
    if (how == "reopen") return verdict(reopen(file));
    if (how == "flags") return verdict(set_flags(file, FS_NODUMP_FL));
    if (how == "temporary") return verdict(open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644) >= 0);
    return 2;
}

// An immutable file of the build could not be removed by an ordinary user.
int make_immutable(const Arguments& a) {
    const int fd = open(a[0].c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) return 2;
    const bool made = set_flags(a[0], FS_IMMUTABLE_FL);
    const int reason = errno;
    if (made) set_flags(a[0], 0);
    errno = reason;
    return verdict(made);
}

int make_device(const Arguments& a) {
    const mode_t type = a[1] == "block" ? S_IFBLK : S_IFCHR;
    const dev_t number = a[1] == "block" ? makedev(8, 0) : makedev(1, 3);
    const bool made = mknod(a[0].c_str(), type | 0666, number) == 0;
    if (!made) return verdict(false);
    const bool opened = open(a[0].c_str(), O_RDONLY | O_CLOEXEC) >= 0;
    const int reason = errno;
    unlink(a[0].c_str());
    errno = reason;
    return verdict(opened);
}

int print_folder(const Arguments& a) {
    std::vector<std::string> names;
    DIR* folder = opendir(a[0].c_str());
    if (folder == nullptr) return verdict(false);
    while (const dirent* entry = readdir(folder))
        if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
    std::sort(names.begin(), names.end());
    for (const auto& name : names) std::printf("%s\n", name.c_str());
    return 0;
}

int print_file(const Arguments& a) {
    const auto text = contents(a[0]);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return 0;
}

// A handle names a file by its number, whatever folders lie above it.
int open_by_handle(const Arguments& a) {
    alignas(file_handle) char space[sizeof(file_handle) + 128] = {};
    auto* handle = reinterpret_cast<file_handle*>(space);
    handle->handle_bytes = 128;
    int mount = 0;
    if (name_to_handle_at(AT_FDCWD, a[0].c_str(), handle, &mount, 0) != 0) return 2;
    const int folder = open(a[0].c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return verdict(open_by_handle_at(folder, handle, O_RDONLY) >= 0);
}

}  // namespace

Attacks on_files() {
    return {
        {"open-to-write", {1, open_to_write}}, {"change", {2, change}},
        {"immutable", {1, make_immutable}},    {"device", {2, make_device}},
        {"print-folder", {1, print_folder}},   {"print-file", {1, print_file}},
        {"handle", {1, open_by_handle}},
    };
}

}  // namespace attack
