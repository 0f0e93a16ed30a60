// SPDX-License-Identifier: Apache-2.0
//
// What an entered root is made of; see enter.hpp for the rule.
#include <unistd.h>

#include <algorithm>
#include <array>

#include "accounts.hpp"
#include "contract/base/path.hpp"
#include "contract/core/store_path.hpp"
#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"
#include "contract/sandbox/enter.hpp"
#include "tree_view.hpp"

namespace contract::sandbox {

namespace {

// Where the tools are: never this machine's.
constexpr std::array root_folders =
    std::to_array<std::string_view>({"/bin", "/boot", "/etc", "/opt", "/sbin", "/usr", "/usr/bin", "/usr/lib",
                                     "/usr/local", "/usr/sbin", "/usr/share", "/var", "/var/lib"});
constexpr std::array machine_folders = std::to_array<std::string_view>(
    {"/dev", "/home", "/media", "/mnt", "/proc", "/root", "/run", "/srv", "/sys", "/tmp"});
constexpr std::array machine_files = std::to_array<std::string_view>(
    {"/etc/hostname", "/etc/hosts", "/etc/localtime", "/etc/machine-id", "/etc/resolv.conf", "/etc/ssl"});

template <typename List>
bool contains(const List& list, const std::string& path) {
    return std::find(list.begin(), list.end(), path) != list.end();
}

bool is_of_the_root(const std::string& path) {
    return path == "/" || contains(root_folders, path) || path.starts_with("/lib");
}

std::vector<std::string> names_in(const std::string& folder) {
    auto names = os::list_directory(folder);
    return names ? std::move(names).value() : std::vector<std::string>();
}

class Entry {
public:
    explicit Entry(const EntryRequest& request) : request_(request) {
        view_.tree = request.root_tree;
        view_.expanded = {"/", "/etc", "/var", "/var/lib"};
        view_.left_out = {"/etc/passwd", "/etc/group", "/var/lib/contract"};
    }

    std::vector<MountStep> steps() {
        for (const auto& name : names_in("/"))
            if (is_from_machine("/" + name)) take("/" + name);
        take("/var/tmp");
        for (const auto& folder : request_.folders) take_folder(path::normalise(folder));
        auto files = machine_steps();
        auto steps = steps_of(view_);
        for (const auto& folder : taken_) steps.emplace_back(Bind{folder, folder, true, true});
        steps.insert(steps.end(), files.begin(), files.end());
        steps.emplace_back(MakeFile{"/etc/passwd", accounts("/passwd", own_user(request_.root_tree)), 0444});
        steps.emplace_back(MakeFile{"/etc/group", accounts("/group", own_groups()), 0444});
        return steps;
    }

private:
    bool is_from_machine(const std::string& path) const {
        if (is_of_the_root(path)) return false;
        const auto status = os::status(path);
        if (!status || !*status) return false;
        if ((*status)->type != os::FileType::directory && (*status)->type != os::FileType::symlink)
            return false;
        return contains(machine_folders, path) || names_in(request_.root_tree + path).empty();
    }

    // Folders above it are opened, so that there is a place to put it.
    void take(const std::string& path) {
        if (!os::exists(path)) return;
        taken_.insert(path);
        view_.left_out.insert(path);
        for (std::string above = path::parent(path); above != "/"; above = path::parent(above))
            view_.expanded.insert(above);
    }

    void take_folder(const std::string& path) {
        if (!path::is_absolute(path) || is_of_the_root(path)) return;
        const bool is_there = std::any_of(taken_.begin(), taken_.end(), [&](const std::string& folder) {
            return path::is_within(path, folder);
        });
        if (!is_there) take(path);
    }

    // What a link on this machine leads to may not be there in the root; below /run it is.
    std::vector<MountStep> machine_steps() {
        std::vector<MountStep> steps;
        for (const std::string_view name : machine_files) {
            const std::string path(name);
            const auto real = os::real_path(path);
            if (!real) continue;
            view_.left_out.insert(path);
            // A link stays one, since what lies in /run is replaced while somebody works.
            const bool stays_link = path::is_within(*real, "/run");
            steps.emplace_back(Bind{stays_link ? path : *real, path, true, true});
        }
        return steps;
    }

    std::string accounts(const std::string& file, const std::vector<AccountLine>& own) const {
        const auto text = os::read_file(folder_in(request_.root_tree, "/etc") + file, 1 << 20);
        return merged_accounts(own, text ? *text : std::string());
    }

    const EntryRequest& request_;
    TreeView view_;
    std::set<std::string> taken_;  // of this machine, sorted: a folder comes before what lies in it
};

std::vector<MountStep> machine_steps() {
    TreeView view;
    view.tree = "/";
    view.as_is = true;
    view.left_out = {std::string(core::store_directory)};
    for (std::string above = path::parent(core::store_directory); above != "/"; above = path::parent(above))
        view.expanded.insert(above);
    view.expanded.insert("/");
    return steps_of(view);
}

}  // namespace

Setup entry_setup(const EntryRequest& request) {
    Setup setup;
    setup.scratch = request.scratch;
    setup.host_name.clear();
    setup.loopback = setup.drop_capabilities = setup.no_new_privileges = setup.fixed_addresses = false;
    setup.new_session = setup.filter_system_calls = setup.close_descriptors = false;
    setup.inner_id = ::geteuid();
    setup.environment = request.environment;
    setup.working_directory = request.working_directory;
    setup.command = request.command;
    if (request.root_tree.empty() && request.mounts.empty()) return setup;

    setup.namespaces = {Namespace::mount};
    if (!os::is_root()) setup.namespaces.insert(setup.namespaces.begin(), Namespace::user);
    setup.mounts = request.root_tree.empty() ? machine_steps() : Entry(request).steps();
    for (const auto& mount : request.mounts)
        setup.mounts.emplace_back(Bind{mount.source, mount.target, mount.writable});
    setup.mounts.emplace_back(SealRoot{});
    return setup;
}

}  // namespace contract::sandbox
