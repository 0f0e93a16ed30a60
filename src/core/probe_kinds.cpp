// SPDX-License-Identifier: Apache-2.0
#include "contract/core/probe_kinds.hpp"

#include <array>

namespace contract::core {

namespace {

constexpr bool is_required = true;

constexpr std::array command_parameters = std::to_array<Field>({
    {"command", FieldType::strings, is_required,
     "the argument list, run without a shell in the contract directory; a name without a slash is looked for "
     "in the programs of `uses`, then in PATH"},
});
constexpr std::array command_facts = std::to_array<Field>({
    {"exit", FieldType::integer, false, "the exit status; -1 when a signal ended it"},
    {"signal", FieldType::integer, false, "the number of the signal that ended it; 0 when it exited"},
    {"stdout", FieldType::string, false, "its standard output, at most 1 MiB"},
    {"stderr", FieldType::string, false, "its standard error, at most 1 MiB"},
    {"lines", FieldType::strings, false, "the lines of stdout without their line endings"},
});

constexpr std::array file_parameters = std::to_array<Field>({
    {"path", FieldType::string, is_required,
     "an absolute path, one relative to the contract directory, or \"~/…\" in the home directory"},
});
constexpr std::array file_facts = std::to_array<Field>({
    {"exists", FieldType::boolean, false, "something is there; a dangling symlink counts"},
    {"type", FieldType::string, false,
     "regular, directory, symlink, other, or missing; symlinks are not followed"},
    {"size", FieldType::integer, false, "bytes; without a value when missing, as all below"},
    {"mode", FieldType::string, false, "permission bits as four octal digits, \"0644\""},
    {"owner", FieldType::string, false, "the user's name, or the number of one without a name"},
    {"group", FieldType::string, false, "the group's name, or the number of one without a name"},
    {"target", FieldType::string, false, "what a symlink says; empty for anything else"},
    {"content", FieldType::string, false,
     "the bytes of a regular file (symlinks followed) of at most 1 MiB; read only when the expectation names "
     "it"},
    {"lines", FieldType::strings, false, "the lines of content without their line endings"},
});

constexpr std::array tcp_parameters = std::to_array<Field>({
    {"host", FieldType::string, is_required, "a name or an address"},
    {"port", FieldType::integer, is_required, "1 to 65535"},
});
constexpr std::array tcp_facts = std::to_array<Field>({
    {"connected", FieldType::boolean, false, "a connection was accepted"},
    {"error", FieldType::string, false,
     "empty when connected, else refused, timeout, unreachable or unresolved"},
    {"milliseconds", FieldType::integer, false, "until it was accepted or failed, name lookup included"},
});

constexpr std::array sysctl_parameters = std::to_array<Field>({
    {"key", FieldType::string, is_required,
     "\"vm.nr_hugepages\", as sysctl(8) reads it: the first separator, dot or slash, is the separator"},
});
constexpr std::array sysctl_facts = std::to_array<Field>({
    {"value", FieldType::dynamic, false,
     "an integer when it is written as one, else a string without the last line ending; from /proc/sys; "
     "without a value "
     "when there is no such key"},
    {"exists", FieldType::boolean, false, "this kernel has the key"},
});

constexpr std::array env_parameters = std::to_array<Field>({
    {"name", FieldType::string, is_required, "of a variable in the environment of contract itself"},
});
constexpr std::array env_facts = std::to_array<Field>({
    {"set", FieldType::boolean, false, "the variable is there, empty or not"},
    {"value", FieldType::string, false, "its value; without one when it is not set"},
});

constexpr std::array kinds = std::to_array<ProbeKind>({
    {"command", command_parameters, command_facts, "exit == 0", true},
    {"env", env_parameters, env_facts, "set", false},
    {"file", file_parameters, file_facts, "exists", false},
    {"sysctl", sysctl_parameters, sysctl_facts, "exists", false},
    {"tcp", tcp_parameters, tcp_facts, "connected", false},
});

}  // namespace

std::span<const ProbeKind> probe_kinds() {
    return kinds;
}

const ProbeKind* find_probe_kind(std::string_view name) {
    for (const ProbeKind& kind : kinds) {
        if (kind.name == name) return &kind;
    }
    return nullptr;
}

}  // namespace contract::core
