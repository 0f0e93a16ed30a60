// SPDX-License-Identifier: Apache-2.0
#include "state.hpp"

#include <set>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/manifest/manifest_file.hpp"
#include "host_modules.hpp"

namespace contract::evaluation {

namespace {

constexpr TargetKind all_kinds[] = {
    TargetKind::input, TargetKind::toolchain, TargetKind::package, TargetKind::check, TargetKind::formatter,
    TargetKind::shell, TargetKind::command,   TargetKind::host,    TargetKind::probe, TargetKind::policy};

}  // namespace

std::string_view folder_of(TargetKind kind) {
    switch (kind) {
        case TargetKind::input: return "inputs";
        case TargetKind::toolchain: return "toolchains";
        case TargetKind::package: return "packages";
        case TargetKind::check: return "checks";
        case TargetKind::formatter: return "formatters";
        case TargetKind::shell: return "shells";
        case TargetKind::command: return "commands";
        case TargetKind::host: return "hosts";
        case TargetKind::probe: return "probes";
        case TargetKind::policy: return "policies";
    }
    return "";
}

State::State(const Request& the_request)
    : request(the_request), manifest(the_request.manifest), sources(the_request.manifest.sources) {
    const auto declare_all = [&](TargetKind kind, const auto& list) {
        for (std::size_t i = 0; i < list.size(); ++i) declare(kind, list[i].name.value, list[i].where, i);
    };
    declare_all(TargetKind::input, manifest.inputs);
    declare_all(TargetKind::toolchain, manifest.toolchains);
    declare_all(TargetKind::package, manifest.packages);
    declare_all(TargetKind::check, manifest.checks);
    declare_all(TargetKind::formatter, manifest.formatters);
    declare_all(TargetKind::shell, manifest.shells);
    declare_all(TargetKind::command, manifest.commands);
    hosts = list_hosts(manifest);
    for (std::size_t i = 0; i < hosts.size(); ++i) declare_host(i);
    declare_all(TargetKind::probe, manifest.probes);
    declare_all(TargetKind::policy, manifest.policies);
    declare_broken();
    open_scopes();
    for (Scope& scope : scopes) declare_variables(scope);
    for (Scope& scope : scopes) declare_parts(scope);
    host_modules = std::make_unique<HostModules>(*this);
    plan.contract = manifest.contract.name.value;
    if (manifest.contract.description) plan.description = manifest.contract.description->value;
    plan.system = request.system;
    for (const auto& module : manifest.modules)
        plan.modules.push_back(
            {"modules." + module.name.value, module.name.where, path::normalise(module.path.value)});
}

State::~State() = default;

void State::declare(TargetKind kind, const std::string& name, const Span& where, std::size_t index) {
    Target target;
    target.name = std::string(folder_of(kind)) + "." + name;
    target.kind = kind;
    target.where = where;
    target.index = index;
    if (by_name_.emplace(target.name, targets.size()).second) targets.push_back(std::move(target));
}

// Whoever stands in a table with a mistake fails; its modules are judged all the same.
void State::declare_host(std::size_t index) {
    const HostEntry& host = hosts[index];
    declare(TargetKind::host, host.name, manifest.hosts[host.tables[0]].where, index);
    for (const std::size_t table : host.tables)
        if (manifest.hosts[table].broken) targets.back().failed = true;
}

void State::declare_broken() {
    std::set<std::string> ranges;
    for (const core::Host& host : manifest.hosts)
        if (host.range) ranges.insert("hosts." + host.name.value);
    for (const std::string& name : manifest.broken) {
        if (ranges.count(name) != 0) continue;  // its hosts are declared
        for (const TargetKind kind : all_kinds) {
            const std::string prefix = std::string(folder_of(kind)) + ".";
            if (name.compare(0, prefix.size(), prefix) != 0 || find(name)) continue;
            if (name.find_first_of("\n\t") != std::string::npos)
                continue;  // could pass for a line of a report
            Target target;
            target.name = name;
            target.kind = kind;
            target.declared_well = false;
            target.failed = true;
            by_name_.emplace(name, targets.size());
            targets.push_back(std::move(target));
        }
    }
}

const core::Package& State::package_of(std::size_t target) const {
    const auto changed = overridden.find(target);
    return changed == overridden.end() ? manifest_of(target).packages[targets[target].index]
                                       : changed->second;
}

std::size_t State::scope_at(std::size_t target, const Span& where) const {
    const std::size_t own = targets[target].scope;
    return own != 0 && where.file == manifest.contract.name.where.file ? 0 : own;
}

bool needs_are_usable(const State& state, std::size_t target) {
    for (const Need& need : state.targets[target].needs)
        if (!state.targets[need.target].usable()) return false;
    return true;
}

std::optional<std::size_t> State::find(const std::string& name) const {
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return std::nullopt;
    return found->second;
}

core::Finding& State::add(core::Finding finding) {
    findings_.push_back(std::move(finding));
    return findings_.back();
}

core::Finding& State::fail(std::size_t target, std::string code, std::string message, const Span& where) {
    targets[target].failed = true;
    core::Finding finding;
    finding.code = "evaluation." + std::move(code);
    finding.target = targets[target].name;
    finding.message = std::move(message);
    finding.where = where;
    return add(std::move(finding));
}

core::Finding& State::fail(std::size_t target, const expression::Problem& problem, const Span& literal,
                           std::size_t offset) {
    auto& finding = fail(target, "expression", problem.message,
                         place(literal, offset + problem.begin, offset + problem.end));
    finding.help = problem.help;
    return finding;
}

void State::fail(std::size_t target, const Error& error, const Span& where) {
    targets[target].failed = true;
    core::Finding finding = core::finding_from(core::Stage::evaluation, targets[target].name, error);
    if (!finding.where) finding.where = where;
    add(std::move(finding));
}

void State::relate(core::Finding& finding, std::size_t other) const {
    if (!targets[other].where.file.empty())
        finding.related.push_back({targets[other].where, "declared here"});
}

core::Finding& State::warn(std::string target, std::string code, std::string message, const Span& where) {
    core::Finding finding;
    finding.code = "evaluation." + std::move(code);
    finding.severity = core::Severity::warning;
    finding.target = std::move(target);
    finding.message = std::move(message);
    finding.where = where;
    return add(std::move(finding));
}

Span State::place(const Span& literal, std::size_t begin, std::size_t end) const {
    const auto source = sources.find(literal.file.text());
    if (source == sources.end()) return literal;
    return manifest::span_in_string(source->second, literal, begin, end);
}

Span State::place(const Need& need) const {
    if (need.literal == nullptr) return {};
    return need.begin == need.end ? *need.literal : place(*need.literal, need.begin, need.end);
}

}  // namespace contract::evaluation
