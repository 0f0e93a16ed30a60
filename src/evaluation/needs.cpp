// SPDX-License-Identifier: Apache-2.0
//
// Which target needs which: `uses`, `root`, `source` and interpolations. Everything a declaration can get
// wrong without values is reported here, also for a target whose needs have failed.
#include <optional>

#include "contract/base/pathspec.hpp"
#include "contract/base/text.hpp"
#include "interpolation.hpp"
#include "overrides.hpp"
#include "probe_check.hpp"
#include "state.hpp"

namespace contract::evaluation {

namespace {

constexpr std::string_view usable_kinds = "toolchains, packages and inputs";

bool is_usable(TargetKind kind) {
    return kind == TargetKind::toolchain || kind == TargetKind::package || kind == TargetKind::input;
}

// What a mistyped reference may have meant. In the folder that is named only the last parts are compared:
// "packages." makes no two names alike.
std::optional<std::string> meant(const std::string& text, const std::vector<std::string>& candidates) {
    const std::size_t dot = text.find('.');
    const std::string folder = dot == std::string::npos ? "" : text.substr(0, dot + 1);
    const std::string last = text.substr(text.rfind('.') + 1);
    std::vector<std::string> siblings;
    for (const std::string& candidate : candidates)
        if (!folder.empty() && candidate.starts_with(folder)) siblings.push_back(candidate.substr(dot + 1));
    if (siblings.empty()) {
        if (auto near = nearest(text, candidates)) return near;
    } else if (const auto sibling = nearest(last, siblings)) {
        return folder + *sibling;
    }
    // The right name with the wrong folder, or none at all, is the commonest slip.
    for (const std::string& candidate : candidates)
        if (candidate.substr(candidate.find('.') + 1) == last) return candidate;
    return std::nullopt;
}

// Help for a reference to a part of a contract input that it does not have.
void suggest_part(State& state, std::size_t scope, const std::string& text, core::Finding& finding) {
    const std::string input(core::contract_of(text));
    const std::string part = text.substr(input.size() + 1);
    const auto parts = state.parts_of(scope, input);
    if (!parts) {
        if (const auto near = meant(input, state.names_of(scope, {TargetKind::input})))
            finding.help.push_back("did you mean '" + harmless(*near + "." + part) + "'?");
    } else if (parts->empty()) {
        finding.help.push_back("'" + harmless(input) +
                               "' is no contract with packages or toolchains; an input with a contract.toml "
                               "is one with `contract = true`");
    } else if (const auto near = meant(part, *parts)) {
        finding.help.push_back("did you mean '" + harmless(input + "." + *near) + "'?");
    }
}

void report_unknown(State& state, std::size_t target, const core::Text& text,
                    std::initializer_list<TargetKind> kinds) {
    auto& finding =
        state.fail(target, "unknown-reference", "there is no '" + harmless(text.value) + "'", text.where);
    const std::size_t scope = state.scope_at(target, text.where);
    if (!core::contract_of(text.value).empty()) return suggest_part(state, scope, text.value, finding);
    const auto near = meant(text.value, state.names_of(scope, kinds));
    if (!near) return;
    finding.help.push_back("did you mean '" + *near + "'?");
    if (const auto declared = state.find(*near); declared && scope == 0) state.relate(finding, *declared);
}

void need(State& state, std::size_t target, std::size_t needed, const core::Text& text) {
    state.targets[target].needs.push_back({needed, &text.where, 0, 0});
}

void add_uses(State& state, std::size_t target, const core::Texts& uses) {
    for (const core::Text& text : uses) {
        const auto needed = state.resolve(target, text);
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
    const auto needed = state.resolve(target, *root);
    if (!needed) return report_unknown(state, target, *root, {TargetKind::input});
    const Target& found = state.targets[*needed];
    const bool unread = found.kind == TargetKind::input && !found.declared_well;
    if (unread || can_be_root(state, *needed)) return need(state, target, *needed, *root);
    auto& finding = state.fail(target, "wrong-reference", "'" + root->value + "' is no root", root->where);
    state.relate(finding, *needed);
    finding.help.push_back("a root is an input with the key `deb`, `oci` or `host`");
}

// Of our files they are checked when they are used; the files of an input may not be here yet.
void check_pathspecs(State& state, std::size_t target, const core::SourceSelection& source) {
    for (const auto* list : {&source.include, &source.exclude})
        for (const auto& text : *list)
            if (const auto checked = check_pathspec(text.value); !checked)
                state.fail(target, checked.error(), text.where);
}

void add_source(State& state, std::size_t target, const std::optional<core::SourceSelection>& source) {
    if (!source || source->from.value.compare(0, 2, "./") == 0 || source->from.value == ".") return;
    const core::Text& from = source->from;
    const auto needed = state.resolve(target, from);
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
                      std::holds_alternative<core::HostSource>(state.input_of(*needed).source);
    if (found.kind != TargetKind::input || host) {
        auto& finding =
            state.fail(target, "wrong-reference", "'" + from.value + "' is no source", from.where);
        state.relate(finding, *needed);
        finding.help.push_back(
            "a source is a path that starts with './', or an input with the key `git` or `path`");
    } else {
        check_pathspecs(state, target, *source);
        need(state, target, *needed, from);
    }
}

void check_patches(State& state, std::size_t target, const core::Texts& patches,
                   const std::optional<core::SourceSelection>& source) {
    if (patches.empty() || source) return;
    state
        .fail(target, "missing-key", "'" + state.targets[target].name + "' has patches and no source",
              patches[0].where)
        .help.emplace_back("add what they are for: source = \"inputs.NAME\"");
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

// Names whose folder the parser has checked. A formatter only comes after another.
void add_named(State& state, std::size_t target, const core::Texts& names, TargetKind kind) {
    for (const auto& text : names) {
        const auto needed = state.resolve(target, text);
        if (!needed)
            report_unknown(state, target, text, {kind});
        else
            state.targets[target].needs.push_back(
                {*needed, &text.where, 0, 0, kind == TargetKind::formatter});
    }
}

void collect(State& state, std::size_t target) {
    const core::Manifest& manifest = state.manifest_of(target);
    const std::size_t index = state.targets[target].index;
    switch (state.targets[target].kind) {
        case TargetKind::input:
        case TargetKind::policy: return;
        case TargetKind::toolchain: return add_head(state, target, manifest.toolchains[index]);
        case TargetKind::package: {
            override_package(state, target);
            const core::Package& package = state.package_of(target);
            add_head(state, target, package);
            add_source(state, target, package.source);
            check_patches(state, target, package.patches, package.source);
            return add_command(state, target, package.build);
        }
        case TargetKind::check: {
            const core::Check& check = manifest.checks[index];
            add_head(state, target, check);
            add_source(state, target, check.source);
            check_patches(state, target, check.patches, check.source);
            return add_command(state, target, check.run);
        }
        case TargetKind::formatter: {
            const core::Formatter& formatter = manifest.formatters[index];
            add_head(state, target, formatter);
            for (const auto& argument : formatter.command) compile(state, target, argument);
            return add_named(state, target, formatter.after, TargetKind::formatter);
        }
        case TargetKind::shell: {
            const core::Shell& shell = manifest.shells[index];
            add_head(state, target, shell);
            if (shell.enter) compile(state, target, *shell.enter);
            return;
        }
        case TargetKind::command: {
            const core::ShellCommand& command = manifest.commands[index];
            add_head(state, target, command);
            add_command(state, target, command.run);
            return add_named(state, target, command.needs, TargetKind::probe);
        }
        case TargetKind::host: {
            for (const std::size_t table : state.host_of(target).tables)
                add_root(state, target, state.manifest.hosts[table].root);
            return check_host(state, target);
        }
        case TargetKind::probe: {
            const core::Probe& probe = manifest.probes[index];
            add_uses(state, target, probe.uses);
            return check_probe(state, target, probe);
        }
    }
}

}  // namespace

void collect_needs(State& state) {
    // Targets of other contracts join while it runs.
    for (std::size_t i = 0; i < state.targets.size(); ++i) {
        if (state.targets[i].scope != 0) decide_condition(state, i);
        if (state.targets[i].declared_well) collect(state, i);
    }
}

}  // namespace contract::evaluation
