// SPDX-License-Identifier: Apache-2.0
#include "host_options.hpp"

#include <algorithm>
#include <array>

#include "contract/base/text.hpp"
#include "interpolation.hpp"

namespace contract::evaluation {

namespace {

using enum OptionForm;

constexpr std::array options = std::to_array<HostOption>({
    {"files", "text", string, "", "", false, "the bytes of the file"},
    {"files", "source", string, "", "", false,
     "a tracked file \"./x\", or a file in a package \"${{ packages.p }}/share/x\""},
    {"files", "symlink", string, "", "", false, "the target of a symbolic link instead of a file"},
    {"files", "mode", mode, "\"0644\"", "", false, "permission bits, octal"},
    {"files", "owner", account, "\"root\"", "", false, "the user that owns it"},
    {"files", "group", account, "\"root\"", "", false, "the group that owns it"},
    {"files", "on_collision", word, "\"refuse\"", "refuse save", false,
     "what happens to a file that is already there: refuse to activate, or save it and put it back later"},
    {"directories", "mode", mode, "\"0755\"", "", false, "permission bits, octal"},
    {"directories", "owner", account, "\"root\"", "", false, "the user that owns it"},
    {"directories", "group", account, "\"root\"", "", false, "the group that owns it"},
    {"units", "command", strings, "", "", true,
     "the program and its arguments, no shell; the program is an absolute path"},
    {"units", "description", string, "", "", false, "one line for people"},
    {"units", "env", table, "", "", false, "environment variables"},
    {"units", "user", account, "", "", false, "the user it runs as; root when nothing is said"},
    {"units", "group", account, "", "", false, "the group it runs as"},
    {"units", "directory", string, "", "", false, "the working directory, absolute"},
    {"units", "after", strings, "", "", false, "units that are started before this one"},
    {"units", "wants", strings, "", "", false, "units that are started with this one"},
    {"units", "requires", strings, "", "", false, "units that this one cannot run without"},
    {"units", "restart", word, "\"no\"", "no always on-success on-failure on-abnormal on-watchdog on-abort",
     false, "when the service manager starts it again"},
    {"units", "type", word, "\"simple\"", "simple oneshot notify exec forking", false,
     "when it counts as started"},
    {"units", "enable", boolean, "true", "", false, "started with the machine"},
    {"units", "extra", tables, "", "", false,
     "further settings of the unit file by section, in systemd's own syntax"},
    {"users", "description", string, "", "", false, "the full name"},
    {"users", "home", string, "", "", false, "the home directory, absolute"},
    {"users", "shell", string, "", "", false, "the login shell, absolute"},
    {"users", "uid", integer, "", "", false,
     "the number of the user; the machine chooses when nothing is said"},
    {"users", "group", account, "", "", false,
     "the primary group; one of the same name when nothing is said"},
    {"groups", "gid", integer, "", "", false,
     "the number of the group; the machine chooses when nothing is said"},
});

constexpr std::array later = std::to_array<LaterOption>({
    {"timers", ""},
    {"packages", ""},
    {"environment", ""},
    {"kernel", ""},
    {"secrets", ""},
    {"probes", ""},
    {"protected", ""},
    {"files", "on_modified"},
    {"files", "restart"},
    {"files", "reload"},
});

std::string type_of(const HostOption& option) {
    switch (option.type) {
        case boolean: return "bool";
        case integer: return "int";
        case string:
        case mode:
        case account: return "string";
        case word: {
            std::vector<std::string> allowed;
            for (const auto& one : split(option.allowed, ' ')) allowed.push_back(quoted(one));
            return "enum(" + join(allowed, ", ") + ")";
        }
        case strings: return "list(string)";
        case table: return "map(string)";
        case tables: return "map(map(string))";
    }
    return "";
}

core::Module make_module() {
    core::Module module;
    for (const HostOption& option : options) {
        core::OptionDeclaration declaration;
        declaration.path.value = std::string(option.group) + ".<name>." + std::string(option.name);
        declaration.type.value = type_of(option);
        declaration.description = core::Text{std::string(option.meaning), {}};
        declaration.required = option.required;
        module.options.push_back(std::move(declaration));
    }
    return module;
}

std::vector<std::string> groups() {
    std::vector<std::string> names;
    for (const auto& option : options)
        if (names.empty() || names.back() != option.group) names.emplace_back(option.group);
    return names;
}

}  // namespace

std::span<const HostOption> host_options() {
    return options;
}

std::span<const LaterOption> later_host_options() {
    return later;
}

std::string_view words(OptionForm type) {
    switch (type) {
        case boolean: return "a boolean";
        case integer: return "an integer";
        case string:
        case word:
        case account: return "a string";
        case mode: return "a string of octal digits";
        case strings: return "a list of strings";
        case table: return "a table of strings";
        case tables: return "a table of tables of strings";
    }
    return "";
}

const core::Module& class_module(const std::string&) {
    static const core::Module module = make_module();
    return module;
}

namespace {

Field field_of(const HostRun& run, const Resolved& resolved) {
    const ModuleSet& set = run.modules();
    Field field;
    field.value = resolved.merged.value;
    const auto& definition = set.definitions[resolved.merged.definition];
    field.where = definition.where;
    if (resolved.definitions.size() == 1) field.source = definition.value.source;
    field.sensitive = set.tree.option(definition.option).sensitive;
    field.module = &set.modules[set.settings[definition.setting].module];
    return field;
}

Declared read_entry(const HostRun& run, const std::string& group, NodeIndex map, const MapEntry& entry) {
    const ModuleSet& set = run.modules();
    const Definition& first = set.definitions[entry.definition];
    Declared declared;
    declared.group = group;
    declared.key = split_keys(entry.keys)[0];
    declared.where = first.entry == nullptr ? first.where : *first.entry;
    declared.doubtful = run.is_doubtful(map, entry.keys);
    for (const auto& [name, child] : set.tree.node(*set.tree.node(map).placeholder).children) {
        const auto option = set.tree.node(child).option;
        const Resolved* resolved = option ? run.find(*option, entry.keys) : nullptr;
        if (resolved != nullptr && resolved->merged.state == Merged::State::value)
            declared.options.emplace(name, field_of(run, *resolved));
    }
    return declared;
}

}  // namespace

std::vector<Declared> read_entries(const HostRun& run) {
    std::vector<Declared> out;
    const OptionTree& tree = run.modules().tree;
    for (const std::string& group : groups()) {
        const auto map = tree.child(OptionTree::root, group);
        if (!map || !tree.node(*map).placeholder) continue;
        for (const MapEntry& entry : run.entries(*map)) out.push_back(read_entry(run, group, *map, entry));
    }
    return out;
}

}  // namespace contract::evaluation
