// SPDX-License-Identifier: Apache-2.0
#include "contract/evaluation/plan_variables.hpp"

#include <algorithm>
#include <array>

#include "plan_fields.hpp"

namespace contract::evaluation {

using expression::Absent;
using expression::Map;
using expression::Problem;
using expression::Value;

namespace {

constexpr std::string_view config_field = "config";
constexpr std::string_view provenance_field = "provenance";

// One target of the plan.
template <typename Planned>
class Entry final : public expression::Object {
public:
    Entry(const Planned& planned, PlanReads* reads) : planned_(planned), reads_(reads) {}

    std::variant<Value, Absent, Problem> field(std::string_view key) const override {
        if constexpr (std::is_same_v<Planned, core::PlannedHost>)
            if (key == config_field) return config_of(planned_, reads_);
        for (const auto& field : fields_of(&planned_)) {
            if (field.name != key) continue;
            auto value = field.make(planned_);
            if (!value) return Absent{};
            note(reads_, planned_.target + "." + field.name, *value, planned_.where, "");
            return std::move(*value);
        }
        return Absent{};
    }

    expression::Outcome whole() const override {
        Map map;
        for (const auto& field : fields_of(&planned_))
            if (auto value = field.make(planned_)) map.set(field.name, std::move(*value));
        if constexpr (std::is_same_v<Planned, core::PlannedHost>)
            map.set(config_field, config_of(planned_, reads_));
        return Value(std::move(map));
    }

private:
    const Planned& planned_;
    PlanReads* reads_;
};

// All targets of one kind. What comes from a contract input, and a probe of a host, keeps its whole name.
template <typename Planned>
class Section final : public expression::Object {
public:
    Section(const std::vector<Planned>& list, std::string prefix, PlanReads* reads)
        : list_(list), prefix_(std::move(prefix)), reads_(reads) {}

    std::variant<Value, Absent, Problem> field(std::string_view key) const override {
        for (const auto& target : {prefix_ + std::string(key), std::string(key)}) {
            const auto found = std::lower_bound(
                list_.begin(), list_.end(), target,
                [](const Planned& one, const std::string& name) { return one.target < name; });
            if (found != list_.end() && found->target == target && name_of(target) == key)
                return entry(*found);
        }
        return Absent{};
    }

    expression::Outcome whole() const override {
        std::vector<Map::Entry> entries;
        for (const auto& one : list_) entries.emplace_back(Value(name_of(one.target)), entry(one));
        return Value(std::get<Map>(Map::from(std::move(entries))));
    }

private:
    Value entry(const Planned& one) const {
        return Value(std::make_shared<const Entry<Planned>>(one, reads_));
    }
    std::string_view name_of(std::string_view target) const {
        if (!core::contract_of(target).empty() || !target.starts_with(prefix_)) return target;
        return target.substr(prefix_.size());
    }

    const std::vector<Planned>& list_;
    std::string prefix_;  // "packages."
    PlanReads* reads_;
};

template <typename Planned>
void add(expression::NamedValues& values, const char* name, const std::vector<Planned>& list,
         PlanReads* reads, const char* prefix) {
    values.set(name, Value(std::make_shared<const Section<Planned>>(list, prefix, reads)));
}

}  // namespace

PlanVariables::PlanVariables(const core::Plan& plan, PlanReads* reads) {
    values_.set("system", plan.system);
    values_.set("contract", Map{{"name", plan.contract}, {"description", plan.description}});
    add(values_, "inputs", plan.inputs, reads, "inputs.");
    add(values_, "toolchains", plan.toolchains, reads, "toolchains.");
    add(values_, "packages", plan.packages, reads, "packages.");
    add(values_, "checks", plan.checks, reads, "checks.");
    add(values_, "formatters", plan.formatters, reads, "formatters.");
    add(values_, "shells", plan.shells, reads, "shells.");
    add(values_, "commands", plan.commands, reads, "commands.");
    add(values_, "modules", plan.modules, reads, "modules.");
    add(values_, "policies", plan.policies, reads, "policies.");
    add(values_, "hosts", plan.hosts, reads, "hosts.");
    add(values_, "probes", plan.probes, reads, "probes.");
    add(values_, "unplanned", plan.unplanned, reads, "");
}

std::vector<std::string> PlanVariables::names() {
    return {"system", "contract", "inputs",  "toolchains", "packages", "checks", "formatters",
            "shells", "commands", "modules", "policies",   "hosts",    "probes", "unplanned"};
}

bool reads_host_config(const expression::Program& program) {
    const auto references = program.references();
    return std::any_of(references.begin(), references.end(), [](const auto& reference) {
        if (reference.steps[0].name() != "hosts") return false;
        if (reference.steps.size() < 3) return reference.use != expression::Program::Reference::Use::presence;
        return reference.steps[2].name() == config_field || reference.steps[2].name() == provenance_field;
    });
}

}  // namespace contract::evaluation
