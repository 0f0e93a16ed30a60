// SPDX-License-Identifier: Apache-2.0
//
// A small file system with a static shell, as an input could bring it.
#pragma once

#include "sandboxed.hpp"

namespace contract::test {

// In the folder "tree".
inline void make_tree(const test::TempDir& directory) {
    const auto link = [&](const std::string& place, const std::string& target) {
        os::make_symlink(target, directory / ("tree/" + place)).value();
    };
    directory.write("tree/usr/bin/busybox", os::read_file("/bin/busybox").value(), 0755);
    for (const std::string applet : {"sh", "cat", "ls", "touch", "readlink"})
        link("usr/bin/" + applet, "busybox");
    link("bin", "usr/bin");
    directory.write("tree/etc/release", "the tree's\n");
    directory.write("tree/etc/passwd", "somebody:x:7:7::/:/bin/sh\n");
    directory.write("tree/etc/folder/file", "below\n");
    link("etc/linked", "folder/file");
    directory.write("tree/dev/hidden", "");
    directory.write("tree/tmp/hidden", "");
    directory.write("tree/build/hidden", "");
    directory.write("tree/sys/hidden", "");
    directory.write("tree/home/inside", "");
    directory.write("tree/run/lock/inside", "");
    directory.write("tree/var/lib/data/status", "installed\n");
    directory.write("tree/var/lib/contract/store/hidden", "");
    link("var/run", "/run");
    os::make_directories(directory / "tree/var/empty").value();
}

}  // namespace contract::test
