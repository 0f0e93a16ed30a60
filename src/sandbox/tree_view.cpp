// SPDX-License-Identifier: Apache-2.0
#include "tree_view.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "contract/base/path.hpp"
#include "contract/os/file.hpp"

namespace contract::sandbox {

namespace {

os::Fd open_in(const std::string& tree, const std::string& path, int flags) {
    const os::Fd top(::open(tree.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    open_how how{};
    how.flags = static_cast<std::uint64_t>(O_PATH | O_CLOEXEC | flags);
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    return os::Fd(static_cast<int>(::syscall(SYS_openat2, top.get(), path.c_str(), &how, sizeof how)));
}

class Steps {
public:
    explicit Steps(const TreeView& view) : view_(view) {}

    void expand(const std::string& folder, const std::string& path) {
        if (path != "/") steps_.emplace_back(MakeFolder{path, 0755});
        const auto names = os::list_directory(folder);
        if (!names) {
            if (!view_.as_is) steps_.emplace_back(Bind{folder, path});
            return;
        }
        for (const auto& name : *names) add(path::join(folder, name), path::join(path, name));
    }

    std::vector<MountStep> take() { return std::move(steps_); }

private:
    void add(const std::string& source, const std::string& path) {
        if (view_.left_out.count(path) > 0) return;
        const auto status = os::status(source);
        const bool known = status && *status;
        if (!known && view_.as_is) return;
        const bool is_link = known && (*status)->type == os::FileType::symlink;
        if (view_.expanded.count(path) > 0 &&
            (is_link || (known && (*status)->type == os::FileType::directory))) {
            const std::string folder = is_link ? folder_in(view_.tree, path) : source;
            // A link that leads nowhere is left out: the folder that takes its place is made when needed.
            if (!folder.empty()) expand(folder, path);
            return;
        }
        const auto target = is_link ? os::read_link(source) : Result<std::string>(std::string());
        if (target && !target->empty()) {
            steps_.emplace_back(MakeLink{path, *target});
        } else {
            steps_.emplace_back(Bind{source, path, view_.as_is, view_.as_is});
        }
    }

    const TreeView& view_;
    std::vector<MountStep> steps_;
};

}  // namespace

std::string folder_in(const std::string& tree, const std::string& path) {
    const os::Fd folder = open_in(tree, path, O_DIRECTORY);
    if (!folder) return {};
    const auto real = os::read_link("/proc/self/fd/" + std::to_string(folder.get()));
    return real ? *real : std::string();
}

bool is_file_in(const std::string& tree, const std::string& path) {
    const os::Fd file = open_in(tree, path, 0);
    if (!file) return false;
    const auto status = os::target_status("/proc/self/fd/" + std::to_string(file.get()));
    return status && *status && (*status)->type == os::FileType::regular;
}

std::vector<MountStep> steps_of(const TreeView& view) {
    Steps steps(view);
    steps.expand(view.tree, "/");
    return steps.take();
}

// The machine's kernel and we give what is left out; /var/lib is open for the store.
TreeView sealed_view(const std::string& tree) {
    return {tree,
            {"/", "/etc", "/var", "/var/lib"},
            {"/dev", "/proc", "/sys", "/tmp", "/build", "/etc/passwd", "/etc/group", "/etc/hosts",
             "/etc/nsswitch.conf", "/var/lib/contract"}};
}

}  // namespace contract::sandbox
