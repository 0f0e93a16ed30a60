// SPDX-License-Identifier: Apache-2.0
//
// The file system that a sealed process sees, from the list of mount steps. See the essay in mounts.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "contract/os/fd.hpp"
#include "contract/sandbox/setup.hpp"

namespace contract::sandbox {

// Order of use: open_sources as the caller's id, then build and enter as the inner id. Every failure ends the
// process with its record.
class NewRoot {
public:
    explicit NewRoot(const Setup& setup) : setup_(setup) {}
    void open_sources();
    void build();
    void enter();

private:
    struct Source {
        os::Fd tree;  // a detached copy of the mount; none for a symlink
        bool directory = false;
        std::string link;
    };
    enum class Rights { device, read_only, writable, as_is };
    void open_source(const std::string& path, Rights rights);
    void apply(const MountStep& step);
    void bind(const std::string& target);
    void devices(const Devices& step);
    void tmpfs(const Tmpfs& step);
    os::Fd open_inside(const std::string& path, int flags) const;
    void make_folders(const std::string& path, std::uint32_t mode) const;
    void make_file(const MakeFile& step) const;
    void make_link(const MakeLink& step) const;
    void place(int tree, const std::string& target) const;

    const Setup& setup_;
    std::vector<Source> sources_;  // in the order in which the steps need them
    std::size_t next_ = 0;
    os::Fd scratch_;
    os::Fd writable_root_;
    os::Fd root_;
};

}  // namespace contract::sandbox
