// SPDX-License-Identifier: Apache-2.0
#include "reduce.hpp"

#include <algorithm>
#include <array>
#include <variant>

#include "namespaces.hpp"
#include "refusal.hpp"

namespace contract::sandbox {

namespace {

// Without these a process sees more of the machine: messages and memory that others share, its name, its
// groups. It reaches no file and no network through them.
constexpr std::array optional_namespaces = {
    std::pair{Namespace::cgroup, "control groups of the machine are visible"},
    std::pair{Namespace::uts, "the machine's host name is visible"},
    std::pair{Namespace::ipc, "System V memory and queues of the machine are visible"},
};

bool is_refused_for_rights(int error) {
    return error == EPERM || error == EACCES || error == ENOSYS;
}

void remove(Setup& setup, Namespace name) {
    auto& names = setup.namespaces;
    names.erase(std::remove(names.begin(), names.end(), name), names.end());
}

// The processes of the container are then visible, by name and arguments. Their memory and environment are
// not: the kernel asks for rights over their user namespace, and a sealed process has none outside its own.
bool use_proc_of_machine(Setup& setup) {
    bool changed = false;
    for (auto& step : setup.mounts) {
        const auto* proc = std::get_if<Proc>(&step);
        if (proc == nullptr) continue;
        step = Bind{"/proc", proc->target, true};
        changed = true;
    }
    return changed;
}

std::optional<Reduced> without_namespaces(const Setup& setup, const IsRefused& is_refused) {
    if (is_refused(Namespace::user)) return std::nullopt;
    Reduced reduced{setup, {}};
    for (const auto& [name, consequence] : optional_namespaces) {
        if (!has(setup, name) || !is_refused(name)) continue;
        remove(reduced.setup, name);
        reduced.missing += (reduced.missing.empty() ? "" : ", ") + std::string(consequence);
    }
    if (reduced.missing.empty()) return std::nullopt;
    return reduced;
}

}  // namespace

std::optional<Reduced> reduce(const Setup& setup, const Record& refused, const IsRefused& is_refused) {
    if (refused.kind != Record::Kind::failed) return std::nullopt;
    if (refused.step == Step::create_namespaces) return without_namespaces(setup, is_refused);
    if (!is_refused_for_rights(refused.error)) return std::nullopt;
    Reduced reduced{setup, {}};
    switch (refused.step) {
        case Step::mount_proc:
            if (!use_proc_of_machine(reduced.setup)) return std::nullopt;
            reduced.missing = "processes of the machine are visible";
            break;
        case Step::loopback:
            reduced.setup.loopback = false;
            reduced.missing = "there is no loopback interface";
            break;
        case Step::host_name:
            remove(reduced.setup, Namespace::uts);
            reduced.missing = "the machine's host name is visible";
            break;
        default: return std::nullopt;
    }
    reduced.missing += " (" + cause(refused) + ")";
    return reduced;
}

}  // namespace contract::sandbox
