// SPDX-License-Identifier: Apache-2.0
//
// Hosts as targets: what the tables that name one say of it, and from there to its generation.
#include <algorithm>

#include "contract/base/text.hpp"
#include "host_modules.hpp"
#include "hosts.hpp"
#include "modules/explain.hpp"
#include "standing.hpp"

namespace contract::evaluation {

namespace {

std::vector<const core::Host*> tables_of(const State& state, std::size_t target) {
    std::vector<const core::Host*> tables;
    for (const std::size_t index : state.host_of(target).tables)
        tables.push_back(&state.manifest.hosts[index]);
    return tables;
}

// What only one of the tables may say differently from none: the class, the system, the root.
std::optional<core::Text> agreed(State& state, std::size_t target,
                                 const std::vector<const core::Host*>& tables,
                                 std::optional<core::Text> core::Host::*key, const std::string& name) {
    std::optional<core::Text> found;
    for (const auto* table : tables) {
        const auto& text = table->*key;
        if (!text) continue;
        if (found && found->value != text->value) {
            auto& finding = state.fail(
                target, "conflict", "'" + state.targets[target].name + "' has two values of '" + name + "'",
                text->where);
            finding.label = quoted(text->value);
            finding.related.push_back({found->where, quoted(found->value)});
            finding.help.push_back("tables whose names overlap say it once, or the same");
            return found;
        }
        if (!found) found = text;
    }
    return found;
}

bool check_class(State& state, std::size_t target, const std::optional<core::Text>& host_class) {
    const Span& where = state.targets[target].where;
    if (!host_class) {
        state.fail(target, "missing-key", "'" + state.targets[target].name + "' has no 'class'", where)
            .help.emplace_back("add a line: class = \"linux\"");
        return false;
    }
    if (host_class->value == "linux" || host_class->value == "home") return true;
    state.fail(target, "unsupported",
               "hosts of class '" + harmless(host_class->value) + "' are not supported in this version",
               host_class->where);
    return false;
}

}  // namespace

bool is_explained(const std::string& wanted, const std::string& target) {
    return wanted == "hosts" || wanted == target || wanted.starts_with(target + ".");
}

void check_host(State& state, std::size_t target) {
    const auto tables = tables_of(state, target);
    auto host_class = agreed(state, target, tables, &core::Host::host_class, "class");
    // A class that could not be read is no missing one.
    for (const auto* table : tables)
        if (table->broken && !host_class) host_class = core::Text{"linux", {}};
    agreed(state, target, tables, &core::Host::system, "system");
    if (check_class(state, target, host_class))
        state.host_modules->compile(target, tables, host_class->value);
}

void finish_host(State& state, std::size_t target) {
    if (!state.targets[target].blocked_by.empty() || !state.host_modules->knows(target)) return;
    const auto tables = tables_of(state, target);
    const HostEntry& entry = state.host_of(target);
    HostFacts facts{entry.name, entry.group, entry.index, "linux", state.request.system};
    core::TargetHead head;
    std::string description;
    for (const auto* table : tables) {
        if (table->system) facts.system = table->system->value;
        if (table->host_class) facts.host_class = table->host_class->value;
        if (table->root) head.root = table->root;
        if (table->description && description.empty()) description = table->description->value;
    }
    const auto run = state.host_modules->decide(target, facts);
    // What can be told of the entries is told also when something else is wrong.
    auto rendered = render_host(state, target, *run, facts.host_class);
    if (!rendered) return;
    const Standing standing = stand(state, target, head);
    if (!state.targets[target].usable()) return;
    core::PlannedHost planned;
    planned.target = state.targets[target].name;
    planned.where = state.targets[target].where;
    planned.description = std::move(description);
    planned.system = facts.system;
    planned.host_class = facts.host_class;
    planned.root = standing.root;
    planned.generation = std::move(rendered->generation);
    if (state.explain_hosts || is_explained(state.request.explain, planned.target)) {
        planned.config = explain(*run);
        planned.empty_tables = empty_tables(*run);
    }
    planned.depends_on = state.host_modules->needs_of(target, *run);
    state.plan.hosts.push_back(std::move(planned));
    for (auto& probe : rendered->probes) state.plan.probes.push_back(std::move(probe));
}

}  // namespace contract::evaluation
