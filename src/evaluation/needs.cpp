// SPDX-License-Identifier: Apache-2.0
//
// Which target needs which: `uses`, `root`, `source` and interpolations. Everything a declaration can get
// wrong without values is reported here, also for a target whose needs have failed.
#include <optional>

#include "contract/base/text.hpp"
#include "host_options.hpp"
#include "interpolation.hpp"
#include "probe_check.hpp"
#include "state.hpp"

namespace contract::evaluation {

namespace {

constexpr std::string_view usable_kinds = "toolchains, packages and inputs";

bool is_usable(TargetKind kind) {
    return kind == TargetKind::toolchain || kind == TargetKind::package || kind == TargetKind::input;
}

void report_unknown(State& state, std::size_t target, const core::Text& text,
                    std::initializer_list<TargetKind> kinds) {
    const auto candidates = state.names_of(kinds);
    // In the folder that is named only the last parts are compared: "packages." makes no two names alike.
    const std::size_t dot = text.value.find('.');
    const std::string folder = dot == std::string::npos ? "" : text.value.substr(0, dot + 1);
    const std::string last = text.value.substr(text.value.rfind('.') + 1);
    std::vector<std::string> siblings;
    for (const std::string& candidate : candidates)
        if (!folder.empty() && candidate.starts_with(folder)) siblings.push_back(candidate.substr(dot + 1));
    std::optional<std::string> near;
    if (const auto sibling = nearest(last, siblings)) near = folder + *sibling;
    if (siblings.empty()) near = nearest(text.value, candidates);
    // The right name with the wrong folder, or none at all, is the commonest slip.
    for (const std::string& candidate : candidates)
        if (!near && candidate.substr(candidate.find('.') + 1) == last) near = candidate;
    auto& finding =
        state.fail(target, "unknown-reference", "there is no '" + harmless(text.value) + "'", text.where);
    if (!near) return;
    finding.help.push_back("did you mean '" + *near + "'?");
    state.relate(finding, *state.find(*near));
}

void need(State& state, std::size_t target, std::size_t needed, const core::Text& text) {
    state.targets[target].needs.push_back({needed, &text.where, 0, 0});
}

void add_uses(State& state, std::size_t target, const core::Texts& uses) {
    for (const core::Text& text : uses) {
        const auto needed = state.find(text.value);
        if (!needed) {
            report_unknown(state, target, text,
                           {TargetKind::toolchain, TargetKind::package, TargetKind::input});
        } else if (!is_usable(state.targets[*needed].kind)) {
            auto& finding = state.fail(target, "wrong-reference",
                                       "'" + text.value + "' cannot be used by a target", text.where);
            state.relate(finding, *needed);
            finding.help.push_back("`uses` takes " + std::string(usable_kinds));
        } else {
            need(state, target, *needed, text);
        }
    }
}

void add_root(State& state, std::size_t target, const std::optional<core::Text>& root) {
    if (!root) return;
    const auto needed = state.find(root->value);
    if (!needed) return report_unknown(state, target, *root, {TargetKind::input});
    const Target& found = state.targets[*needed];
    const bool unread = found.kind == TargetKind::input && !found.declared_well;
    if (unread || can_be_root(state, found)) return need(state, target, *needed, *root);
    auto& finding = state.fail(target, "wrong-reference", "'" + root->value + "' is no root", root->where);
    state.relate(finding, *needed);
    finding.help.push_back("a root is an input with the key `deb`, `oci` or `host`");
}

void add_source(State& state, std::size_t target, const std::optional<core::SourceSelection>& source) {
    if (!source || source->from.value.compare(0, 2, "./") == 0 || source->from.value == ".") return;
    const core::Text& from = source->from;
    const auto needed = state.find(from.value);
    if (!needed) {
        if (from.value.compare(0, 7, "inputs.") == 0)
            return report_unknown(state, target, from, {TargetKind::input});
        state.fail(target, "wrong-reference", "'" + harmless(from.value) + "' is no source", from.where)
            .help.push_back("write \"./" + harmless(from.value) +
                            "\" for a path, \"inputs.NAME\" for an input");
        return;
    }
    const Target& found = state.targets[*needed];
    const bool host = found.kind == TargetKind::input && found.declared_well &&
                      std::holds_alternative<core::HostSource>(state.manifest.inputs[found.index].source);
    if (found.kind != TargetKind::input || host) {
        auto& finding =
            state.fail(target, "wrong-reference", "'" + from.value + "' is no source", from.where);
        state.relate(finding, *needed);
        finding.help.push_back(
            "a source is a path that starts with './', or an input with the key `git` or `path`");
    } else if (!source->include.empty() || !source->exclude.empty()) {
        state.fail(target, "unsupported",
                   "`include` and `exclude` of an input are not supported in this version",
                   source->include.empty() ? source->exclude[0].where : source->include[0].where);
    } else {
        need(state, target, *needed, from);
    }
}

void add_command(State& state, std::size_t target, const core::Command& command) {
    if (const auto* script = std::get_if<core::Text>(&command)) return compile(state, target, *script);
    for (const auto& argument : std::get<core::Texts>(command)) compile(state, target, argument);
}

void add_head(State& state, std::size_t target, const core::TargetHead& head) {
    add_uses(state, target, head.uses);
    add_root(state, target, head.root);
    // The parser has refused the names that are made from `uses`, such as PATH.
    for (const auto& variable : head.env) compile(state, target, variable.value);
}

void collect(State& state, std::size_t target) {
    const std::size_t index = state.targets[target].index;
    switch (state.targets[target].kind) {
        case TargetKind::input: return;
        case TargetKind::toolchain: return add_head(state, target, state.manifest.toolchains[index]);
        case TargetKind::package: {
            const core::Package& package = state.manifest.packages[index];
            add_head(state, target, package);
            add_source(state, target, package.source);
            return add_command(state, target, package.build);
        }
        case TargetKind::check: {
            const core::Check& check = state.manifest.checks[index];
            add_head(state, target, check);
            add_source(state, target, check.source);
            return add_command(state, target, check.run);
        }
        case TargetKind::host: {
            const core::Host& host = state.manifest.hosts[index];
            add_root(state, target, host.root);
            return check_host(state, target, host);
        }
        case TargetKind::probe: {
            const core::Probe& probe = state.manifest.probes[index];
            add_uses(state, target, probe.uses);
            return check_probe(state, target, probe);
        }
    }
}

}  // namespace

void collect_needs(State& state) {
    for (std::size_t i = 0; i < state.targets.size(); ++i)
        if (state.targets[i].declared_well) collect(state, i);
}

}  // namespace contract::evaluation
