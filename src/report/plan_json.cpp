// SPDX-License-Identifier: Apache-2.0
//
// contract.plan/v1: every target under its own name. Nothing in it differs between machines: no path of this
// one, no time, no result.
#include "config.hpp"
#include "contract/base/digest.hpp"
#include "contract/report/report.hpp"
#include "members.hpp"
#include "octal.hpp"

namespace contract::report {

namespace {

// "zlib" of "packages.zlib"; what comes from a contract input, and a probe of a host, keep their whole names.
std::string name_of(const std::string& target) {
    const bool of_host = target.starts_with("hosts.") && target.find('.', 6) != std::string::npos;
    if (of_host || !core::contract_of(target).empty()) return target;
    return target.substr(target.find('.') + 1);
}

template <typename List, typename Member>
json::Value named(const List& list, const Member& member) {
    json::Object out;
    for (const auto& item : list) out.emplace_back(name_of(item.target), member(item));
    return {std::move(out)};
}

void add_text(json::Object& out, const char* name, const std::string& text) {
    if (!text.empty()) out.emplace_back(name, text_member(text));
}

json::Value root_member(const core::Root& root) {
    if (root.kind == core::RootKind::none) return {"none"};
    json::Object out{{"kind", core::word(root.kind)}, {"input", text_member(root.input)}};
    if (root.kind == core::RootKind::tree)
        out.emplace_back("path", root.path.text());
    else
        out.emplace_back("folders", texts_member(root.folders));
    return {std::move(out)};
}

json::Value paths_member(const std::vector<core::StorePath>& paths) {
    json::Array out;
    for (const auto& path : paths) out.emplace_back(path.text());
    return {std::move(out)};
}

json::Value input_member(const core::PlannedInput& input) {
    json::Object out{{"kind", core::word(input.kind)}};
    if (input.kind == core::InputKind::host) {
        out.emplace_back("folders", texts_member(input.folders));
    } else {
        add_text(out, "url", input.url);
        add_text(out, "in", input.base);
        add_text(out, "ref", input.ref);
        add_text(out, "subdir", input.subdir);
        add_text(out, "rev", input.pin.rev);
        add_text(out, "date", input.pin.date);
        out.emplace_back("tree", input.tree.text());
        if (!input.path.base().empty()) out.emplace_back("path", input.path.text());
    }
    out.emplace_back("where", where_member(input.where));
    return {std::move(out)};
}

json::Value toolchain_member(const core::PlannedToolchain& toolchain) {
    return json::Object{{"root", root_member(toolchain.root)},
                        {"uses", paths_member(toolchain.uses)},
                        {"environment", variables_member(toolchain.environment)},
                        {"depends_on", texts_member(toolchain.depends_on)},
                        {"where", where_member(toolchain.where)}};
}

json::Value patches_member(const core::PlannedAction& action) {
    json::Array out;
    for (std::size_t i = 0; i < action.patches.size(); ++i)
        out.push_back(json::Object{{"path", text_member(action.patches[i].path)},
                                   {"tree", action.recipe.patches[i].text()},
                                   {"where", where_member(action.patches[i].where)}});
    return {std::move(out)};
}

json::Value changed_member(const std::vector<core::ChangedKey>& keys) {
    json::Array out;
    for (const auto& key : keys)
        out.push_back(json::Object{{"key", key.key}, {"where", where_member(key.where)}});
    return {std::move(out)};
}

json::Value action_member(const core::PlannedAction& action, bool has_output) {
    const core::Recipe& recipe = action.recipe;
    json::Object out;
    add_text(out, "description", action.description);
    out.emplace_back("recipe", core::digest_of(recipe).text());
    if (has_output) out.emplace_back("path", action.output.text());
    add_text(out, "main", action.main);
    out.emplace_back("command", texts_member(recipe.command));
    out.emplace_back("environment", variables_member(recipe.environment));
    if (recipe.source) out.emplace_back("source", recipe.source->text());
    if (!recipe.include.empty()) out.emplace_back("include", texts_member(recipe.include));
    if (!recipe.exclude.empty()) out.emplace_back("exclude", texts_member(recipe.exclude));
    if (!action.patches.empty()) out.emplace_back("patches", patches_member(action));
    if (!action.changed.empty()) out.emplace_back("overridden", changed_member(action.changed));
    out.emplace_back("uses", paths_member(recipe.uses));
    out.emplace_back("root", root_member(recipe.root));
    out.emplace_back("system", text_member(recipe.system));
    out.emplace_back("sandbox", core::word(recipe.least_level));
    out.emplace_back("timeout_seconds", action.limits.timeout_seconds);
    out.emplace_back("silence_seconds", action.limits.silence_seconds);
    if (action.limits.memory_bytes) out.emplace_back("memory_bytes", *action.limits.memory_bytes);
    out.emplace_back("depends_on", texts_member(action.depends_on));
    out.emplace_back("where", where_member(action.where));
    return {std::move(out)};
}

json::Value formatter_member(const core::PlannedFormatter& formatter) {
    json::Object out;
    add_text(out, "description", formatter.description);
    json::Array batches;
    for (const auto& batch : formatter.batches) {
        auto member = std::get<json::Object>(action_member(batch, false).data);
        member.insert(member.begin(), {"files", texts_member(batch.files)});
        batches.emplace_back(std::move(member));
    }
    out.emplace_back("batches", std::move(batches));
    out.emplace_back("after", texts_member(formatter.after));
    out.emplace_back("depends_on", texts_member(formatter.depends_on));
    out.emplace_back("where", where_member(formatter.where));
    return {std::move(out)};
}

// What shells and commands have in common, `middle` in front of what they depend on.
template <typename Entrance>
json::Value entrance_member(const Entrance& entrance, json::Object middle) {
    json::Object out;
    add_text(out, "description", entrance.description);
    out.emplace_back("root", root_member(entrance.root));
    out.emplace_back("uses", paths_member(entrance.uses));
    out.emplace_back("environment", variables_member(entrance.environment));
    out.insert(out.end(), middle.begin(), middle.end());
    out.emplace_back("depends_on", texts_member(entrance.depends_on));
    out.emplace_back("where", where_member(entrance.where));
    return {std::move(out)};
}

json::Value shell_member(const core::PlannedShell& shell) {
    json::Object middle;
    add_text(middle, "enter", shell.enter);
    return entrance_member(shell, std::move(middle));
}

json::Value command_member(const core::PlannedCommand& command) {
    return entrance_member(
        command, {{"command", texts_member(command.command)}, {"needs", texts_member(command.needs)}});
}

json::Value module_member(const core::PlannedModule& module) {
    return json::Object{{"path", text_member(module.path)}, {"where", where_member(module.where)}};
}

json::Value policy_member(const core::PlannedPolicy& policy) {
    json::Object out{{"assert", text_member(policy.assertion)}};
    add_text(out, "when", policy.condition);
    add_text(out, "message", policy.message);
    out.emplace_back("severity", core::word(policy.severity));
    out.emplace_back("holds", policy.holds);
    out.emplace_back("where", where_member(policy.where));
    return {std::move(out)};
}

json::Value file_member(const core::GenerationEntry& entry) {
    json::Object out{{"path", text_member(entry.path)}};
    if (const auto* text = std::get_if<core::FileText>(&entry.content)) {
        out.emplace_back("type", "file");
        out.emplace_back("sha256", Digest::of(text->bytes).text());
        out.emplace_back("size", static_cast<std::int64_t>(text->bytes.size()));
    } else if (const auto* stored = std::get_if<core::FileInStore>(&entry.content)) {
        out.emplace_back("type", "file");
        out.emplace_back("from", text_member(stored->output.text() + "/" + stored->relative));
    } else if (const auto* link = std::get_if<core::LinkEntry>(&entry.content)) {
        out.emplace_back("type", "symlink");
        out.emplace_back("target", text_member(link->target));
    } else {
        out.emplace_back("type", "directory");
    }
    out.emplace_back("mode", octal(entry.mode));
    add_text(out, "owner", entry.owner);
    add_text(out, "group", entry.group);
    out.emplace_back("on_collision", core::word(entry.on_collision));
    out.emplace_back("on_modified", core::word(entry.on_modified));
    if (!entry.restart.empty()) out.emplace_back("restart", texts_member(entry.restart));
    if (!entry.reload.empty()) out.emplace_back("reload", texts_member(entry.reload));
    out.emplace_back("option", text_member(entry.option));
    out.emplace_back("where", where_member(entry.where));
    return {std::move(out)};
}

json::Value unit_member(const core::GenerationUnit& unit, bool is_home) {
    json::Object out{{"name", text_member(unit.name)}};
    add_text(out, "program", unit.program);
    add_text(out, "starts", unit.starts);
    if (unit.starts.empty() && !is_home)
        out.emplace_back("user", text_member(unit.user.empty() ? "root" : unit.user));
    out.emplace_back("path", text_member(unit.path));
    out.emplace_back("where", where_member(unit.where));
    return {std::move(out)};
}

json::Value secret_member(const core::Secret& secret) {
    json::Object out{{"name", text_member(secret.name)}, {"path", text_member(secret.path)}};
    add_text(out, "owner", secret.owner);
    out.emplace_back("mode", octal(secret.mode));
    out.emplace_back("where", where_member(secret.where));
    return {std::move(out)};
}

template <typename List, typename Member>
json::Value each(const List& list, const Member& member) {
    json::Array out;
    for (const auto& item : list) out.push_back(member(item));
    return {std::move(out)};
}

// What does not end as files.
void add_rest(json::Object& out, const core::Generation& generation) {
    out.emplace_back("packages", each(generation.path_packages, [](const auto& package) {
                         return text_member(package.output.text());
                     }));
    out.emplace_back("secrets", each(generation.secrets, secret_member));
    out.emplace_back("protected", each(generation.agreed, [](const auto& agreed) {
                         return json::Value(json::Object{{"path", text_member(agreed.path)},
                                                         {"where", where_member(agreed.where)}});
                     }));
}

json::Value host_member(const core::PlannedHost& host) {
    json::Object out;
    add_text(out, "description", host.description);
    out.emplace_back("system", text_member(host.system));
    out.emplace_back("class", text_member(host.host_class));
    out.emplace_back("root", root_member(host.root));
    out.emplace_back("generation", core::digest_of(host.generation).text());
    json::Array files;
    for (const auto& entry : host.generation.entries) files.push_back(file_member(entry));
    out.emplace_back("files", std::move(files));
    const bool is_home = host.host_class == "home";
    out.emplace_back(
        "units", each(host.generation.units, [&](const auto& unit) { return unit_member(unit, is_home); }));
    const auto names = [](const std::vector<core::Account>& accounts) {
        json::Array items;
        for (const auto& account : accounts) items.push_back(text_member(account.name));
        return items;
    };
    out.emplace_back("users", names(host.generation.users));
    out.emplace_back("groups", names(host.generation.groups));
    add_rest(out, host.generation);
    out.emplace_back("config", config_member(host));
    out.emplace_back("provenance", provenance_member(host));
    out.emplace_back("depends_on", texts_member(host.depends_on));
    out.emplace_back("where", where_member(host.where));
    return {std::move(out)};
}

json::Value parameter_member(const core::Parameter& parameter) {
    if (const auto* truth = std::get_if<bool>(&parameter)) return {*truth};
    if (const auto* integer = std::get_if<std::int64_t>(&parameter)) return {*integer};
    if (const auto* text = std::get_if<std::string>(&parameter)) return text_member(*text);
    return texts_member(std::get<std::vector<std::string>>(parameter));
}

json::Value probe_member(const core::PlannedProbe& probe) {
    json::Object out;
    add_text(out, "description", probe.description);
    out.emplace_back("kind", text_member(probe.kind));
    json::Object parameters;
    for (const auto& [name, parameter] : probe.parameters)
        parameters.emplace_back(name, parameter_member(parameter));
    out.emplace_back("parameters", std::move(parameters));
    out.emplace_back("expect", text_member(probe.expect));
    out.emplace_back("uses", paths_member(probe.uses));
    out.emplace_back("hosts", texts_member(probe.hosts));
    add_text(out, "option", probe.option);
    add_text(out, "hint", probe.hint);
    out.emplace_back("severity", core::word(probe.severity));
    out.emplace_back("show", probe.show);
    out.emplace_back("timeout_ms", probe.timeout_ms);
    out.emplace_back("attempts", probe.attempts);
    out.emplace_back("interval_ms", probe.interval_ms);
    out.emplace_back("depends_on", texts_member(probe.depends_on));
    out.emplace_back("where", where_member(probe.where));
    return {std::move(out)};
}

json::Value unplanned_member(const core::Unplanned& unplanned) {
    json::Object out{{"outcome", core::word(unplanned.outcome)}};
    if (!unplanned.blocked_by.empty()) out.emplace_back("blocked_by", texts_member(unplanned.blocked_by));
    add_text(out, "reason", unplanned.reason);
    out.emplace_back("where", where_member(unplanned.where));
    return {std::move(out)};
}

}  // namespace

std::string plan_json(const core::Plan& plan) {
    json::Object out{{"schema", "contract.plan/v1"},
                     {"system", text_member(plan.system)},
                     {"contract", text_member(plan.contract)}};
    add_text(out, "description", plan.description);
    out.emplace_back("inputs", named(plan.inputs, input_member));
    out.emplace_back("toolchains", named(plan.toolchains, toolchain_member));
    out.emplace_back("packages",
                     named(plan.packages, [](const auto& action) { return action_member(action, true); }));
    out.emplace_back("checks",
                     named(plan.checks, [](const auto& action) { return action_member(action, false); }));
    out.emplace_back("formatters", named(plan.formatters, formatter_member));
    out.emplace_back("shells", named(plan.shells, shell_member));
    out.emplace_back("commands", named(plan.commands, command_member));
    out.emplace_back("modules", named(plan.modules, module_member));
    out.emplace_back("policies", named(plan.policies, policy_member));
    out.emplace_back("hosts", named(plan.hosts, host_member));
    out.emplace_back("probes", named(plan.probes, probe_member));
    json::Object unplanned;
    for (const auto& each : plan.unplanned) unplanned.emplace_back(each.target, unplanned_member(each));
    out.emplace_back("unplanned", std::move(unplanned));
    return json::write(out, json::Layout::indented) + "\n";
}

}  // namespace contract::report
