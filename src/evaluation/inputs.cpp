// SPDX-License-Identifier: Apache-2.0
//
// Inputs against the lock. A stale entry concerns the users of that input and nobody else.
#include <algorithm>

#include "contract/base/text.hpp"
#include "standing.hpp"
#include "state.hpp"

namespace contract::evaluation {

namespace {

std::string text_or_empty(const std::optional<core::Text>& text) {
    return text ? text->value : std::string();
}

void describe_source(const core::GitSource& git, core::PlannedInput& planned) {
    planned.kind = core::InputKind::git;
    planned.url = git.url.value;
    planned.ref = text_or_empty(git.ref);
    planned.subdir = text_or_empty(git.subdir);
    planned.source = git;
}

void describe_source(const core::PathSource& path, core::PlannedInput& planned) {
    planned.kind = core::InputKind::path;
    planned.url = path.path.value;
}

void describe_source(const core::HostSource& host, core::PlannedInput& planned) {
    planned.kind = core::InputKind::host;
    for (const auto& folder : host.folders) planned.folders.push_back(folder.value);
    sort_unique(planned.folders);
}

void describe_source(const core::UrlSource& url, core::PlannedInput& planned) {
    planned.kind = core::InputKind::url;
    planned.url = url.url.value;
    planned.source = url;
}

void describe_source(const core::DebSource& deb, core::PlannedInput& planned) {
    planned.kind = core::InputKind::deb;
    planned.source = deb;
}

void describe_source(const core::OciSource& oci, core::PlannedInput& planned) {
    planned.kind = core::InputKind::oci;
    planned.url = oci.reference.value;
}

core::PlannedInput describe(const core::Input& input, const Target& target) {
    core::PlannedInput planned;
    planned.target = target.name;
    planned.where = target.where;
    std::visit([&](const auto& source) { describe_source(source, planned); }, input.source);
    return planned;
}

std::string show(const core::Want& want, const std::string& key) {
    const auto found = want.find(key);
    return found == want.end() ? "nothing" : core::text(found->second);
}

void report_stale(State& state, std::size_t target, const core::Want& want, const core::LockedInput& locked) {
    std::vector<std::string> keys;
    for (const auto& entry : want) keys.push_back(entry.first);
    for (const auto& entry : locked.want) keys.push_back(entry.first);
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    auto& finding =
        state.fail(target, "lock-stale", "the lock of '" + state.targets[target].name + "' is stale",
                   state.targets[target].where);
    for (const std::string& key : keys) {
        const std::string now = show(want, key);
        const std::string then = show(locked.want, key);
        if (now == then) continue;
        finding.evidence.push_back({"difference",
                                    key + ": contract.toml says " + now + ", contract.lock " + then,
                                    {{"key", key}, {"manifest", now}, {"lock", then}}});
    }
    finding.related.push_back({locked.where, "locked here"});
    finding.help.push_back("contract lock");
}

void report_missing_lock(State& state, const std::vector<std::size_t>& unlocked) {
    auto& finding = state.fail(unlocked[0], "lock-missing",
                               "there is no contract.lock, and " + count(unlocked.size(), "input") +
                                   (unlocked.size() == 1 ? " needs" : " need") + " a pin",
                               state.targets[unlocked[0]].where);
    for (std::size_t i = 1; i < unlocked.size(); ++i) {
        state.targets[unlocked[i]].failed = true;
        finding.related.push_back({state.targets[unlocked[i]].where, "this input too"});
    }
    finding.help.push_back("contract lock");
}

void report_superfluous(State& state) {
    for (const auto& locked : state.request.lock->inputs) {
        const auto declared = state.find("inputs." + locked.name);
        const bool lockable =
            declared && (!state.targets[*declared].declared_well ||
                         core::want_of(state.manifest.inputs[state.targets[*declared].index]));
        if (lockable) continue;
        state
            .warn("", "lock-stale",
                  "contract.lock has an entry for 'inputs." + harmless(locked.name) + "', which needs none",
                  locked.where)
            .help.push_back("contract lock");
    }
}

void publish(State& state, const std::string& name, const core::PlannedInput& planned) {
    expression::Map fields;
    fields["path"] = text_value(planned.kind == core::InputKind::host ? "" : planned.path.text());
    fields["rev"] = text_value(planned.pin.rev);
    fields["ref"] = text_value(planned.ref);
    fields["url"] = text_value(planned.url);
    fields["kind"] = text_value(std::string(core::word(planned.kind)));
    std::get<expression::Map>(state.values["inputs"].data)[name].data = std::move(fields);
}

// What the scripts of its packages make of a tree is not that tree, and nobody knows it before they ran.
core::StorePath store_path_of(const core::PlannedInput& input, const std::string& name) {
    const auto* deb = std::get_if<core::DebSource>(&input.source);
    const std::string configured = deb != nullptr && deb->configure ? "configure 1\n" : "";
    return {Digest::of(configured + input.tree.text() + " " + name), name};
}

}  // namespace

void plan_inputs(State& state) {
    std::vector<std::size_t> unlocked;
    std::map<std::string_view, const core::LockedInput*> entries;
    if (state.request.lock)
        for (const auto& locked : state.request.lock->inputs) entries.emplace(locked.name, &locked);
    for (std::size_t i = 0; i < state.targets.size(); ++i) {
        if (state.targets[i].kind != TargetKind::input || !state.targets[i].declared_well) continue;
        const core::Input& input = state.manifest.inputs[state.targets[i].index];
        core::PlannedInput planned = describe(input, state.targets[i]);
        if (const auto want = core::want_of(input)) {
            const auto found = entries.find(input.name.value);
            if (!state.request.lock) {
                unlocked.push_back(i);
                continue;
            }
            if (found == entries.end()) {
                state
                    .fail(i, "lock-missing",
                          "contract.lock has no entry for '" + state.targets[i].name + "' that can be used",
                          state.targets[i].where)
                    .help.push_back("contract lock");
                continue;
            }
            if (found->second->want != *want) {
                report_stale(state, i, *want, *found->second);
                continue;
            }
            planned.pin = found->second->pin;
            planned.tree = planned.pin.tree_for(state.request.system).value_or(Digest{});
            planned.path = store_path_of(planned, input.name.value);
            state.paths[i] = planned.path;
            state.trees[i] = planned.tree;
        }
        publish(state, input.name.value, planned);
        state.plan.inputs.push_back(std::move(planned));
    }
    if (!unlocked.empty()) report_missing_lock(state, unlocked);
    if (state.request.lock) report_superfluous(state);
}

}  // namespace contract::evaluation
