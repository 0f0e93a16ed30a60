// SPDX-License-Identifier: Apache-2.0
//
// What the contract says and need not, beside what modules/lints.cpp says of modules: conditions that are
// false whatever happens, and names that stand in a list twice.
#include <algorithm>

#include "contract/base/text.hpp"
#include "host_modules.hpp"
#include "state.hpp"

namespace contract::evaluation {

namespace {

using expression::Program;

class ContractLints {
public:
    explicit ContractLints(State& state) : state_(state), manifest_(state.manifest) {}

    void run() {
        for (const auto& one : manifest_.toolchains) head("toolchains", one);
        for (const auto& one : manifest_.packages) {
            head("packages", one);
            source("packages." + one.name.value, one.source);
            list("packages." + one.name.value, "patches", one.patches);
        }
        for (const auto& one : manifest_.checks) {
            head("checks", one);
            source("checks." + one.name.value, one.source);
            list("checks." + one.name.value, "patches", one.patches);
        }
        for (const auto& one : manifest_.formatters) {
            head("formatters", one);
            list("formatters." + one.name.value, "files", one.files);
            list("formatters." + one.name.value, "reads", one.reads);
            list("formatters." + one.name.value, "after", one.after);
        }
        for (const auto& one : manifest_.shells) head("shells", one);
        for (const auto& one : manifest_.commands) {
            head("commands", one);
            list("commands." + one.name.value, "needs", one.needs);
        }
        list("", "systems", manifest_.contract.systems);
        for (const auto& one : manifest_.probes) probe(one);
        for (const auto& one : manifest_.hosts) {
            const std::string name = "hosts." + one.name.value;
            list(name, "modules", one.modules);
            condition(name, one.when);
        }
        for (const auto& one : manifest_.policies) condition("policies." + one.name.value, one.when);
        for (const auto& one : manifest_.inputs)
            if (const auto* deb = std::get_if<core::DebSource>(&one.source))
                list("inputs." + one.name.value, "deb", deb->packages);
    }

private:
    void head(const std::string& folder, const core::TargetHead& head) {
        const std::string name = folder + "." + head.name.value;
        list(name, "uses", head.uses);
        condition(name, head.when);
        systems(name, head.systems);
    }

    void probe(const core::Probe& probe) {
        const std::string name = "probes." + probe.name.value;
        list(name, "uses", probe.uses);
        if (probe.hosts) list(name, "hosts", *probe.hosts);
        condition(name, probe.when);
        systems(name, probe.systems);
    }

    void source(const std::string& target, const std::optional<core::SourceSelection>& source) {
        if (!source) return;
        list(target, "include", source->include);
        list(target, "exclude", source->exclude);
    }

    // ── a name twice ──

    void list(const std::string& target, const char* key, const core::Texts& texts) {
        std::map<std::string_view, const core::Text*> first;
        for (const auto& text : texts) {
            const auto [found, fresh] = first.emplace(text.value, &text);
            if (fresh) continue;
            auto& finding =
                state_.warn(target, "duplicate-item",
                            "'" + harmless(text.value) + "' stands in '" + key + "' twice", text.where);
            finding.related.push_back({found->second->where, "here already"});
            finding.help.emplace_back("remove one of the two");
        }
    }

    // ── conditions ──

    // Of an input, a package or a host nobody knows what it will be; the systems of a contract are written
    // in it.
    void condition(const std::string& target, const std::optional<core::Text>& when) {
        if (!when) return;
        const auto parsed = Program::parse(when->value);
        const auto* program = std::get_if<Program>(&parsed);
        if (program == nullptr) return;
        bool reads_system = false;
        for (const auto& reference : program->references()) {
            const auto name = reference.steps[0].name();
            if (name != "system" && name != "contract") return;
            reads_system = reads_system || name == "system";
        }
        std::vector<std::string> all;
        for (const auto& system : manifest_.contract.systems) all.push_back(system.value);
        if (!reads_system) all = {state_.request.system};
        if (all.empty()) return;  // any system
        for (const auto& system : all)
            if (!is_false(*program, system)) return;
        auto& finding = state_.warn(target, "dead-condition",
                                    reads_system ? "the condition is false for every system of the contract"
                                                 : "the condition is always false",
                                    state_.place(when->where, 0, when->value.size()));
        if (reads_system) finding.evidence.push_back({"systems", join(all, ", "), {}});
        finding.help.emplace_back("remove what it guards, or correct it");
    }

    bool is_false(const Program& program, const std::string& system) const {
        expression::NamedValues values;
        values.set("system", system);
        values.set("contract", *state_.scopes[0].values.find("contract"));
        const auto outcome = program.evaluate(values);
        const auto* value = std::get_if<expression::Value>(&outcome);
        return value != nullptr && value->as<bool>() == false;
    }

    void systems(const std::string& target, const std::optional<core::Texts>& systems) {
        if (!systems) return;
        list(target, "systems", *systems);
        const auto& all = manifest_.contract.systems;
        if (all.empty() || systems->empty()) return;
        for (const auto& one : *systems)
            for (const auto& other : all)
                if (one.value == other.value) return;
        auto& finding = state_.warn(target, "dead-condition", "'systems' names no system of the contract",
                                    systems->front().where);
        std::vector<std::string> names;
        for (const auto& one : all) names.push_back(one.value);
        finding.evidence.push_back({"systems", join(names, ", "), {}});
        finding.help.emplace_back("remove what it guards, or add the system to `systems` of [contract]");
    }

    State& state_;
    const core::Manifest& manifest_;
};

}  // namespace

void lint(State& state) {
    ContractLints(state).run();
    state.host_modules->lint();
}

}  // namespace contract::evaluation
