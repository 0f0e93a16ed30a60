// SPDX-License-Identifier: Apache-2.0
//
// What an entry of the plan consists of for expressions: one table per kind of target, in the words of
// contract.plan/v1, for the values and their types alike.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "contract/evaluation/plan_variables.hpp"

namespace contract::evaluation {

template <typename Planned>
struct PlanField {
    const char* name;
    expression::Kind kind;
    std::optional<expression::Value> (*make)(const Planned&);  // none: this one does not have it
};

std::span<const PlanField<core::PlannedInput>> fields_of(const core::PlannedInput*);
std::span<const PlanField<core::PlannedToolchain>> fields_of(const core::PlannedToolchain*);
std::span<const PlanField<core::PlannedAction>> fields_of(const core::PlannedAction*);
std::span<const PlanField<core::PlannedFormatter>> fields_of(const core::PlannedFormatter*);
std::span<const PlanField<core::PlannedShell>> fields_of(const core::PlannedShell*);
std::span<const PlanField<core::PlannedCommand>> fields_of(const core::PlannedCommand*);
std::span<const PlanField<core::PlannedModule>> fields_of(const core::PlannedModule*);
std::span<const PlanField<core::PlannedPolicy>> fields_of(const core::PlannedPolicy*);
std::span<const PlanField<core::PlannedProbe>> fields_of(const core::PlannedProbe*);
std::span<const PlanField<core::Unplanned>> fields_of(const core::Unplanned*);
// All but `config`, which is a tree of its own.
std::span<const PlanField<core::PlannedHost>> fields_of(const core::PlannedHost*);

// The options of a host as the tree that they are, from the root down.
expression::Value config_of(const core::PlannedHost& host, PlanReads* reads);

// What a closed type of these entries says.
template <typename Planned>
expression::TypePtr entry_type() {
    expression::Type::Fields fields;
    for (const auto& field : fields_of(static_cast<const Planned*>(nullptr)))
        fields.emplace(field.name, expression::Type::of(field.kind));
    return expression::Type::object(std::move(fields));
}

// ── values of what several kinds have ──
using MaybeValue = std::optional<expression::Value>;
MaybeValue text_or_none(const std::string& text);
expression::Value texts(const std::vector<std::string>& texts);
expression::Value variables(const std::map<std::string, std::string>& variables);
expression::Value place(const Span& where);
expression::Value root(const core::Root& root);
expression::Value paths(const std::vector<core::StorePath>& paths);
std::string octal_mode(std::uint32_t mode);

void note(PlanReads* reads, std::string path, const expression::Value& value, const Span& where,
          std::string by);

}  // namespace contract::evaluation
