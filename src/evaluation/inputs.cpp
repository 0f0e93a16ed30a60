// SPDX-License-Identifier: Apache-2.0
//
// Inputs against the lock. A stale entry concerns the users of that input and nobody else.
#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/core/input_path.hpp"
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

std::string show(const core::Want& want, const std::string& key) {
    const auto found = want.find(key);
    return found == want.end() ? "nothing" : core::toml_text(found->second);
}

using Entries = std::map<std::string_view, const core::LockedInput*>;

struct Difference {
    std::string key, now, then;
};

std::vector<Difference> differences(const core::Want& want, const core::Want& locked) {
    std::vector<std::string> keys;
    for (const auto* side : {&want, &locked})
        for (const auto& entry : *side) keys.push_back(entry.first);
    sort_unique(keys);
    std::vector<Difference> out;
    for (const std::string& key : keys)
        if (Difference one{key, show(want, key), show(locked, key)}; one.now != one.then)
            out.push_back(std::move(one));
    return out;
}

void report_stale(State& state, std::size_t target, const core::Want& want, const core::LockedInput& locked) {
    auto& finding =
        state.fail(target, "lock-stale", "the lock of '" + state.targets[target].name + "' is stale",
                   state.targets[target].where);
    for (const auto& [key, now, then] : differences(want, locked.want))
        finding.evidence.push_back({"difference",
                                    key + ": contract.toml says " + now + ", contract.lock " + then,
                                    {{"key", key}, {"manifest", now}, {"lock", then}}});
    finding.related.push_back({locked.where, "locked here"});
    finding.help.push_back("contract lock");
}

std::string without_pins(const State& state) {
    const auto number = state.unlocked.size();
    if (!state.request.lock)
        return "there is no contract.lock, and " + count(number, "input") +
               (number == 1 ? " needs" : " need") + " a pin";
    const std::string none = "contract.lock has no entry for ";
    if (number == 1) return none + "'" + state.targets[state.unlocked[0]].name + "' that can be used";
    return none + count(number, "input") + " that can be used";
}

// One command locks all of them, so it is one finding.
void report_missing(State& state) {
    const auto& unlocked = state.unlocked;
    auto& finding =
        state.fail(unlocked[0], "lock-missing", without_pins(state), state.targets[unlocked[0]].where);
    for (std::size_t i = 1; i < unlocked.size(); ++i) {
        state.targets[unlocked[i]].failed = true;
        finding.related.push_back({state.targets[unlocked[i]].where, "this input too"});
    }
    finding.help.push_back(state.request.lock_usable
                               ? "contract lock"
                               : "mend contract.lock first: it has a finding of its own");
}

// A root has a pin for each system that it was locked for, and this is none of them.
void lack_system(State& state, std::size_t target, const core::LockedInput& locked) {
    const auto& system = state.request.system;
    const auto& systems = state.manifest.contract.systems;
    const bool asked = std::any_of(systems.begin(), systems.end(),
                                   [&](const auto& declared) { return declared.value == system; });
    const std::string& name = state.targets[target].name;
    if (!asked || !core::has_roots(system)) {
        state.targets[target].not_applicable = "a root of Linux programs cannot be had for " + system;
        return;
    }
    auto& finding =
        state.fail(target, "lock-missing", "contract.lock has nothing of '" + name + "' for " + system,
                   state.targets[target].where);
    finding.related.push_back({locked.where, "locked here for other systems"});
    finding.help.push_back("contract lock");
}

// Whether an entry of the lock has an input that wants it. Of a contract that cannot be read nobody knows.
bool is_wanted(const State& state, const std::string& name) {
    const auto top = state.find("inputs." + top_of(name));
    if (!top) return false;
    const bool well = state.targets[*top].declared_well;
    if (name.find('/') == std::string::npos) return !well || core::want_of(state.input_of(*top));
    if (!well || state.targets[*top].failed) return true;
    const auto* flat = state.flat_input(name);
    return flat != nullptr && want_of(*flat);
}

void report_superfluous(State& state) {
    for (const auto& locked : state.request.lock->inputs) {
        if (is_wanted(state, locked.name)) continue;
        state
            .warn("", "lock-stale",
                  "contract.lock has an entry for 'inputs." + harmless(locked.name) + "', which needs none",
                  locked.where)
            .help.push_back("contract lock");
    }
}

Error leaves_tree(const FlatInput& flat, const std::string& location) {
    return Error{
        "path-outside",
        "'" + harmless(location) + "' lies outside of the tree of 'inputs." + harmless(flat.contract) +
            "', which is all that there is of it here",
        Blame::declaration,
        {},
        {},
        {"declare an input of your own with that content, and give it to the contract: follows = { " +
         flat.input->name.value + " = \"inputs.NAME\" }"}};
}

expression::Map fields_of(const core::PlannedInput& planned) {
    expression::Map fields;
    fields.set("path", planned.kind == core::InputKind::host ? "" : planned.path.text());
    fields.set("rev", planned.pin.rev);
    fields.set("ref", planned.ref);
    fields.set("url", planned.url);
    fields.set("kind", core::word(planned.kind));
    return fields;
}

// What the scripts of its packages make of a tree is not that tree, and nobody knows it before they ran.
core::StorePath store_path_of(const core::PlannedInput& input, const std::string& name) {
    const auto* deb = std::get_if<core::DebSource>(&input.source);
    if (deb == nullptr || !deb->configure) return core::input_path(input.tree, name);
    return {Digest::of("configure 1\n" + input.tree.text() + " " + name), name};
}

void admit(State& state, std::size_t target, core::PlannedInput planned) {
    if (planned.kind != core::InputKind::host) {
        const std::string& name = state.input_of(target).name.value;
        planned.path = store_path_of(planned, name);
        state.paths[target] = planned.path;
        state.trees[target] = planned.tree;
    }
    state.publish(target, fields_of(planned));
    state.plan.inputs.push_back(std::move(planned));
}

// An input of ours against its entry. False where it needs one and has none.
bool plan_own(State& state, std::size_t target, const core::LockedInput* locked) {
    const core::Input& input = state.input_of(target);
    const auto want = core::want_of(input);
    const std::string& name = state.targets[target].name;
    if (want && locked == nullptr) return false;
    if (want && locked->want != *want) {
        report_stale(state, target, *want, *locked);
    } else if (want && !locked->pin.tree_for(state.request.system)) {
        lack_system(state, target, *locked);
    } else {
        auto planned = planned_input(input, name, want ? locked->pin : core::Pin{}, state.request.system);
        admit(state, target, std::move(planned));
    }
    return true;
}

// What is wrong with the entries that the contract of one of our inputs needs: one finding, whatever their
// number.
struct Mismatch {
    bool stale = false;
    std::vector<core::Evidence> evidence;
};

void compare(const FlatInput& flat, const core::Want& want, const core::LockedInput* locked,
             Mismatch& mismatch) {
    const std::string name = harmless("inputs." + flat.name);
    if (locked == nullptr) {
        mismatch.evidence.push_back({"missing", name, {{"input", "inputs." + flat.name}}});
        return;
    }
    if (locked->want == want) return;
    mismatch.stale = true;
    for (const auto& difference : differences(want, locked->want))
        mismatch.evidence.push_back({"difference",
                                     name + ": " + difference.key + ": the contract says " + difference.now +
                                         ", contract.lock " + difference.then,
                                     {{"input", "inputs." + flat.name},
                                      {"key", difference.key},
                                      {"manifest", difference.now},
                                      {"lock", difference.then}}});
}

void check_flat_entries(State& state, const Entries& entries) {
    std::map<std::string, Mismatch> mismatches;  // by our input
    for (const auto& flat : state.request.contract_inputs->flat.inputs) {
        const auto want = want_of(flat);
        if (flat.contract.empty() || !want) continue;
        const auto found = entries.find(flat.name);
        compare(flat, *want, found == entries.end() ? nullptr : found->second, mismatches[top_of(flat.name)]);
    }
    for (auto& [top, mismatch] : mismatches) {
        const auto target = state.find("inputs." + top);
        if (mismatch.evidence.empty() || !target || state.targets[*target].failed) continue;
        auto& finding =
            state.fail(*target, mismatch.stale ? "lock-stale" : "lock-missing",
                       "contract.lock does not have what the contract of 'inputs." + top + "' needs",
                       state.targets[*target].where);
        finding.evidence = std::move(mismatch.evidence);
        finding.help.push_back("contract lock");
    }
}

// Contracts that cannot be read or combined: their inputs fail.
void report_contract_inputs(State& state) {
    for (const core::Finding& finding : state.request.contract_inputs->findings) {
        const auto target = state.find(finding.target);
        if (!target) throw InternalError("evaluation: no input '" + finding.target + "'");
        state.targets[*target].failed = true;
        state.add(finding);
    }
}

}  // namespace

core::PlannedInput planned_input(const core::Input& input, std::string target, const core::Pin& pin,
                                 const std::string& system) {
    core::PlannedInput planned;
    planned.target = std::move(target);
    planned.where = input.where;
    std::visit([&](const auto& source) { describe_source(source, planned); }, input.source);
    planned.pin = pin;
    planned.tree = pin.tree_for(system).value_or(Digest{});
    return planned;
}

void plan_inputs(State& state) {
    Entries entries;
    if (state.request.lock)
        for (const auto& locked : state.request.lock->inputs) entries.emplace(locked.name, &locked);
    for (std::size_t i = 0; i < state.targets.size(); ++i) {
        if (state.targets[i].kind != TargetKind::input || !state.targets[i].declared_well) continue;
        const auto found = entries.find(state.input_of(i).name.value);
        if (!plan_own(state, i, found == entries.end() ? nullptr : found->second))
            state.unlocked.push_back(i);
    }
    if (!state.unlocked.empty()) report_missing(state);
    if (state.request.contract_inputs != nullptr) {
        report_contract_inputs(state);
        check_flat_entries(state, entries);
    }
    if (state.request.lock) report_superfluous(state);
}

// Their entry has been compared with what they say; where that failed, so did the input of ours.
void plan_input(State& state, std::size_t target) {
    const core::Input& input = state.input_of(target);
    const std::string name = state.targets[target].name;
    const FlatInput& flat = *state.flat_input(name.substr(std::string_view("inputs.").size()));
    core::Pin pin;
    std::string base;
    if (const auto* folder = std::get_if<core::PathSource>(&input.source)) {
        auto tree = path::is_absolute(folder->path.value)
                        ? Result<Digest>(leaves_tree(flat, folder->path.value))
                        : state.scope_of(target).files->tree(path::normalise(folder->path.value), {}, {});
        if (!tree) return state.fail(target, tree.error(), folder->path.where);
        pin.tree = *tree;
        base = "inputs." + flat.contract;
    } else if (lies_beside(flat)) {
        const auto& url = std::get<core::GitSource>(input.source).url;
        return state.fail(target, leaves_tree(flat, url.value), url.where);
    } else if (core::want_of(input)) {
        const auto* locked = state.request.lock ? state.request.lock->find(flat.name) : nullptr;
        if (locked == nullptr || locked->want != *core::want_of(input)) {
            state.targets[target].blocked_by = {"inputs." + top_of(flat.name)};
            return;
        }
        if (!locked->pin.tree_for(state.request.system)) return lack_system(state, target, *locked);
        pin = locked->pin;
    }
    auto planned = planned_input(input, name, pin, state.request.system);
    planned.base = std::move(base);
    admit(state, target, std::move(planned));
}

}  // namespace contract::evaluation
