// SPDX-License-Identifier: Apache-2.0
//
// What concerns more than one target: the modules that have a name, the policies, and what is changed of the
// packages of others.
#include "contract/base/text.hpp"
#include "sections.hpp"
#include "target_keys.hpp"

namespace contract::manifest {

namespace {

void read_policy(Table& table, core::Policy& policy) {
    if (auto assertion = table.need_text("assert", "assert = \"size(checks) > 0\""))
        policy.assertion = std::move(*assertion);
    policy.message = table.text("message");
    policy.when = table.text("when");
    if (const auto severity = table.choice("severity")) policy.warning = severity->value == "warning";
}

void read_module(Mistakes& mistakes, const Member& member, core::ExportedModule& module) {
    check_member_name(mistakes, member);
    auto path = as_text(mistakes, member.target, member.entry->value);
    if (!path) return;
    check_path(mistakes, member.target, *path);
    module = {member.entry->key, std::move(*path)};
}

// "inputs.site.packages.gateway"; of a contract that our inputs bring along "inputs.site/base.packages.zlib".
bool names_their_package(std::string_view text) {
    constexpr std::string_view folder = "inputs.", part = ".packages.";
    const auto at = text.find(part);
    if (!text.starts_with(folder) || at == std::string_view::npos || at < folder.size()) return false;
    for (const auto& name : split(text.substr(folder.size(), at - folder.size()), '/'))
        if (!is_name(name)) return false;
    return is_name(text.substr(at + part.size()));
}

void read_override(Table& table, core::Override& change) {
    change.patches = read_patches(table);
    change.uses = table.texts("uses").value_or(core::Texts{});
    change.env = read_environment(table);
    change.source = read_source(table);
    change.build = read_command_if_there(table, "build");
    change.root = table.text("root");
    change.main = read_main(table);
    change.timeout_seconds = read_seconds(table, "timeout");
    change.silence_seconds = read_seconds(table, "silence");
    change.memory_bytes = table.memory_bytes("memory");
    if (table.is_empty())
        table.mistakes()
            .add("missing-key", "'" + table.path() + "' changes nothing", table.where(), "empty")
            .help.emplace_back("add a line, such as: patches = [\"./patches/x.patch\"]");
}

void check_overridden(Mistakes& mistakes, const core::Text& name) {
    if (names_their_package(name.value)) return;
    auto& finding = mistakes.add("bad-value", "'" + name.value + "' is no package of another contract",
                                 name.where, "not inputs.NAME.packages.NAME");
    finding.help.emplace_back(name.value.starts_with("packages.")
                                  ? "a package of this contract is changed where it is declared"
                                  : "write it in quotes: [overrides.\"inputs.NAME.packages.NAME\"]");
}

}  // namespace

void read_modules(Table& root, core::Manifest& manifest) {
    Mistakes& mistakes = root.mistakes();
    for (const auto& member :
         members_of(root, "modules", "write a line for each: NAME = \"./modules/web.toml\"")) {
        mistakes.enter(member.target);
        const auto before = mistakes.count();
        core::ExportedModule module;
        read_module(mistakes, member, module);
        if (mistakes.count() == before)
            manifest.modules.push_back(std::move(module));
        else
            manifest.broken.push_back(member.target);
    }
    mistakes.enter({});
}

void read_policies(Table& root, core::Manifest& manifest) {
    read_section(root, "policies", manifest.policies, manifest.broken, read_policy);
}

void read_overrides(Table& root, core::Manifest& manifest) {
    Mistakes& mistakes = root.mistakes();
    for (const auto& member : members_of(root, "overrides")) {
        mistakes.enter(member.target);
        const auto before = mistakes.count();
        core::Override change;
        change.package = member.entry->key;
        change.where = member.entry->value.where;
        check_overridden(mistakes, change.package);
        if (const auto* map = member.entry->value.map(); map != nullptr) {
            Table table(mistakes, root.shape_at("overrides"), "overrides." + quoted(change.package.value),
                        *map, change.where);
            read_override(table, change);
            table.finish();
        } else {
            wrong_type(mistakes, member.target, member.entry->value, "a table");
        }
        if (mistakes.count() == before)
            manifest.overrides.push_back(std::move(change));
        else
            manifest.broken.push_back(member.target);
    }
    mistakes.enter({});
}

}  // namespace contract::manifest
