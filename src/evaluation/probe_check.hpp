// SPDX-License-Identifier: Apache-2.0
//
// A probe's declaration against the table of kinds: parameters by name and type, expectation by its facts.
// One of the contract and one of a host are judged alike.
#pragma once

#include "contract/core/probe_kinds.hpp"
#include "state.hpp"

namespace contract::evaluation {

// Reports every mistake that shows without values and compiles the interpolations.
void check_probe(State& state, std::size_t target, const core::Probe& probe);

void report_unknown_kind(State& state, std::size_t target, const core::Text& kind);
void report_unknown_parameter(State& state, std::size_t target, const core::ProbeKind& kind,
                              const core::Text& name);
void report_missing_parameter(State& state, std::size_t target, const std::string& probe, const Span& where,
                              const core::Field& parameter);
// Parsed, of type bool, and with at least one fact in it.
void check_expectation(State& state, std::size_t target, const std::string& probe, const core::Text& expect,
                       const core::ProbeKind& kind);
const core::Field* find_parameter(const core::ProbeKind& kind, std::string_view name);
// None when the value is not of the type.
std::optional<core::Parameter> parameter_of(const expression::Value& value, core::FieldType type);

}  // namespace contract::evaluation
