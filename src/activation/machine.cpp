// SPDX-License-Identifier: Apache-2.0
#include "machine.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "contract/base/path.hpp"
#include "contract/os/file.hpp"

namespace contract::activation {

Result<Machine> Machine::open(const std::string& directory) {
    TRY_ASSIGN(auto tree, Tree::open(directory, Ownership::applied));
    return Machine(std::move(tree), false);
}

Result<Machine> Machine::open_tree(const std::string& directory) {
    TRY_ASSIGN(auto tree, Tree::open(directory, Ownership::recorded));
    return Machine(std::move(tree), true);
}

bool Machine::is_in(const core::Root& root, const std::string& path) const {
    if (root.kind == core::RootKind::tree) return is_store_tree_;
    return root.kind == core::RootKind::host && is_below_any(path, root.folders);
}

Result<std::optional<os::FileStatus>> Machine::target_status(const std::string& path) const {
    open_how how{};
    how.flags = O_PATH | O_CLOEXEC;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    const os::Fd file(static_cast<int>(::syscall(SYS_openat2, tree_.fd(), path.c_str(), &how, sizeof how)));
    if (!file && (errno == ENOENT || errno == ENOTDIR)) return std::optional<os::FileStatus>{};
    if (!file) return os::system_error("look at", path, errno);
    return os::target_status("/proc/self/fd/" + std::to_string(file.get()));
}

bool Machine::is_below_any(const std::string& path, const std::vector<std::string>& folders) const {
    const std::string place = tree_.place_of(path);
    return std::any_of(folders.begin(), folders.end(), [&](const std::string& folder) {
        // "/bin" is itself a link on most machines: what lies below it counts, wherever the link leads.
        return path::is_within(path, folder) || path::is_within("/" + place, "/" + tree_.place_of(folder));
    });
}

Result<std::optional<Node>> Machine::node_at(const std::string& place) {
    if (const auto known = nodes_.find(place); known != nodes_.end()) return known->second;
    TRY_ASSIGN(const auto parent, tree_.parent_of(place));
    if (parent.state != Parent::State::open) return std::optional<Node>{};
    TRY_ASSIGN(const auto observed, tree_.observe_in(parent.fd.get(), parent.name, place));
    std::optional<Node> node;
    if (observed.kind != Kind::absent) {
        node = Node{observed.kind, observed.mode, observed.owner, observed.target};
        if (observed.kind == Kind::regular) {
            const os::Fd file(open_beneath(tree_.fd(), place, O_RDONLY | O_NONBLOCK | O_NOCTTY));
            if (!file) return os::system_error("read", "/" + place, errno);
            TRY_ASSIGN(node->bytes, os::read_all(file.get(), std::uint64_t{1} << 30, "/" + place));
        }
    }
    if (node && is_store_tree_) {
        node->owner = {"root", "root"};
        const bool executable = node->kind == Kind::directory || (node->mode & 0111) != 0;
        if (node->kind != Kind::symlink) node->mode = executable ? 0755 : 0644;
    }
    nodes_[place] = node;
    return node;
}

Result<> Machine::copy(const std::string& path, Base& base) {
    std::string place;
    for (const auto& part : path::parts(tree_.place_of(path))) {
        place += (place.empty() ? "" : "/") + part;
        TRY_ASSIGN(auto node, node_at(place));
        if (!node) {
            base.erase(place);  // the machine has it not, so the skeleton's is no help
            return {};
        }
        const bool goes_on = node->kind == Kind::directory;
        base[place] = std::move(*node);
        if (!goes_on) return {};
    }
    return {};
}

}  // namespace contract::activation
