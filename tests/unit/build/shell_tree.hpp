// SPDX-License-Identifier: Apache-2.0
//
// A root with a static shell, as an input could bring it, and a script that stands for dpkg.
#pragma once

#include "workshop.hpp"

namespace contract::test {

inline core::DirectoryNode node(store::Store& store, const std::string& name,
                                const core::Directory& directory) {
    return {name, store.add_directory(directory).value(), core::encode(directory).value().size()};
}

inline Digest shell_tree(store::Store& store, const std::string& dpkg = "") {
    const auto blob = store.add_blob_file("/bin/busybox").value();
    const auto size = os::status("/bin/busybox").value()->size;
    core::Directory programs;
    programs.files.push_back({"busybox", blob, size, true});
    for (const std::string applet : {"cat", "ls", "sh"}) programs.symlinks.push_back({applet, "busybox"});
    if (!dpkg.empty()) programs.files.push_back({"dpkg", store.add_blob(dpkg).value(), dpkg.size(), true});
    core::Directory usr;
    usr.directories.push_back(node(store, "bin", programs));
    core::Directory etc;
    etc.files.push_back({"release", store.add_blob("the tree's\n").value(), 11, false});
    core::Directory top;
    top.directories.push_back(node(store, "etc", etc));
    top.directories.push_back(node(store, "usr", usr));
    top.symlinks.push_back({"bin", "usr/bin"});
    return store.add_directory(top).value();
}

}  // namespace contract::test
