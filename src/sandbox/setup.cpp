// SPDX-License-Identifier: Apache-2.0
#include "contract/sandbox/setup.hpp"

#include <unistd.h>

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/sandbox/sandbox.hpp"
#include "tree_view.hpp"

namespace contract::sandbox {

namespace {

// Folders as they are on the machine: where /bin is a symlink to usr/bin it is one inside. A folder that this
// machine does not have (/lib64 on many) is left out.
void add_host_folders(const std::vector<std::string>& folders, Setup& setup) {
    auto& steps = setup.mounts;
    for (const auto& folder : folders) {
        const auto status = os::status(folder);
        if (!status || !*status) {
            setup.left_out.push_back(folder);
        } else if ((*status)->type == os::FileType::symlink) {
            if (const auto target = os::read_link(folder)) steps.emplace_back(MakeLink{folder, *target});
        } else {
            steps.emplace_back(Bind{folder, folder, false});
        }
    }
}

// Enough for programs that ask who and where they are; the same on every machine.
void add_configuration(std::vector<MountStep>& steps, const std::string& host_name) {
    steps.emplace_back(MakeFile{"/etc/passwd",
                                "root:x:0:0:root:/:/noshell\n"
                                "build:x:1000:1000:build:/homeless:/noshell\n"
                                "nobody:x:65534:65534:nobody:/:/noshell\n",
                                0444});
    steps.emplace_back(MakeFile{"/etc/group", "root:x:0:\nbuild:x:1000:\nnogroup:x:65534:\n", 0444});
    steps.emplace_back(
        MakeFile{"/etc/hosts", "127.0.0.1 localhost " + host_name + "\n::1 localhost\n", 0444});
    steps.emplace_back(MakeFile{"/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n", 0444});
}

std::string octal(std::uint32_t mode) {
    std::string text;
    for (int shift = 9; shift >= 0; shift -= 3) text.push_back(static_cast<char>('0' + (mode >> shift & 7)));
    return text;
}

std::string_view word(Namespace name) {
    switch (name) {
        case Namespace::user: return "user";
        case Namespace::mount: return "mount";
        case Namespace::pid: return "pid";
        case Namespace::network: return "network";
        case Namespace::ipc: return "ipc";
        case Namespace::uts: return "uts";
        case Namespace::cgroup: return "cgroup";
    }
    return "?";
}

std::string line(const Bind& step) {
    return "bind " + quoted(step.source) + " at " + quoted(step.target) +
           (step.as_is      ? " as it is"
            : step.writable ? " writable"
                            : " read-only");
}
std::string line(const Tmpfs& step) {
    return "tmpfs " + quoted(step.target) + " mode " + octal(step.mode) +
           (step.size == 0 ? "" : " size " + std::to_string(step.size));
}
std::string line(const MakeFolder& step) {
    return "folder " + quoted(step.target) + " mode " + octal(step.mode);
}
std::string line(const MakeFile& step) {
    return "file " + quoted(step.target) + " mode " + octal(step.mode) + " " + quoted(step.bytes);
}
std::string line(const MakeLink& step) {
    return "link " + quoted(step.target) + " to " + quoted(step.points_to);
}
std::string line(const Proc& step) {
    return "proc " + quoted(step.target);
}
std::string line(const Devices& step) {
    return "devices " + quoted(step.target);
}
std::string line(const SealRoot&) {
    return "seal the root";
}

}  // namespace

Setup sealed_setup(const Request& request) {
    Setup setup;
    setup.namespaces = {Namespace::user, Namespace::mount, Namespace::pid,   Namespace::network,
                        Namespace::ipc,  Namespace::uts,   Namespace::cgroup};
    setup.scratch = request.scratch;
    const std::uint32_t owner = build_owner();
    setup.outer_id = ::geteuid() == 0 ? owner : 0;
    auto& steps = setup.mounts;
    if (request.root.kind == core::RootKind::host) add_host_folders(request.root.folders, setup);
    if (request.root.kind == core::RootKind::tree) steps = steps_of(sealed_view(request.root_tree));
    add_configuration(steps, request.host_name);
    steps.emplace_back(Tmpfs{"/tmp", 01777, 0});
    steps.emplace_back(Proc{"/proc"});
    steps.emplace_back(Devices{"/dev"});
    if (request.build_directory.empty()) {
        steps.emplace_back(MakeFolder{request.build_target, 0755});
    } else {
        steps.emplace_back(Bind{request.build_directory, request.build_target, true});
    }
    for (const auto& mount : request.mounts)
        steps.emplace_back(Bind{mount.source, mount.target, mount.writable});
    steps.emplace_back(SealRoot{});
    setup.host_name = request.host_name;
    setup.skipped_processes = request.skipped_processes;
    setup.processors = request.processors;
    setup.most_memory = request.most_memory;
    setup.least_level = request.least_level;
    setup.environment = request.environment;
    setup.working_directory = request.working_directory;
    setup.command = request.command;
    setup.builtin = request.builtin;
    setup.argument = request.argument;
    return setup;
}

std::string describe(const Setup& setup) {
    std::string text = "namespaces";
    for (const auto name : setup.namespaces) text.append(" ").append(word(name));
    text += "\nroot on " + quoted(setup.scratch) + "\n";
    if (!setup.writable_root.empty()) text += "root is " + quoted(setup.writable_root) + " writable\n";
    for (const auto& step : setup.mounts)
        text += std::visit([](const auto& value) { return line(value); }, step) + "\n";
    for (const auto& folder : setup.left_out) text += "not on this machine " + quoted(folder) + "\n";
    text += "host name " + quoted(setup.host_name) + "\n";
    const auto switched = [&](std::string_view name, bool on) {
        text.append(name).append(on ? " on\n" : " off\n");
    };
    switched("loopback", setup.loopback);
    switched("drop capabilities", setup.drop_capabilities);
    switched("no new privileges", setup.no_new_privileges);
    switched("fixed addresses", setup.fixed_addresses);
    switched("new session", setup.new_session);
    switched("filter system calls", setup.filter_system_calls);
    switched("close descriptors", setup.close_descriptors);
    switched("hide process 1", setup.hide_process_one);
    if (setup.pretend_ownership) text += "pretend ownership on\n";
    if (setup.observed) text += "observed\n";
    if (setup.most_processes != 0) text += "at most " + std::to_string(setup.most_processes) + " processes\n";
    if (setup.most_memory != 0)
        text += "at most " + std::to_string(setup.most_memory) + " bytes of memory a process\n";
    if (setup.skipped_processes != 0)
        text += "skip " + std::to_string(setup.skipped_processes) + " process numbers\n";
    if (setup.processors != 0) text += "on " + std::to_string(setup.processors) + " processors\n";
    if (setup.least_level != core::SandboxLevel::sealed)
        text.append("at least ").append(core::word(setup.least_level)).append("\n");
    text += "id " + std::to_string(setup.inner_id) + " is " +
            (setup.outer_id == 0 ? "the caller" : std::to_string(setup.outer_id)) + " outside\n";
    for (const auto& [name, value] : setup.environment) text += "set " + name + " " + quoted(value) + "\n";
    text += "in " + quoted(setup.working_directory) + "\n";
    if (!setup.builtin.empty()) text += "call " + quoted(setup.builtin) + " " + quoted(setup.argument) + "\n";
    if (!setup.command.empty()) {
        text += "run";
        for (const auto& argument : setup.command) text += " " + quoted(argument);
        text += "\n";
    }
    return text;
}

}  // namespace contract::sandbox
