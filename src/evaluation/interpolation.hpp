// SPDX-License-Identifier: Apache-2.0
//
// Strings of the manifest with `${{ }}`: parsed and checked against types first, so that every mistake shows
// whatever else fails, and rendered when what they name is known. Both steps report into the State.
#pragma once

#include <optional>
#include <string>

#include "state.hpp"

namespace contract::evaluation {

// Parses `text` when it has interpolations, adds what it names to the needs of `target`.
void compile(State& state, std::size_t target, const std::string& text, const Span& literal);
void compile(State& state, std::size_t target, const core::Text& text);
// Every string below `value`.
void compile(State& state, std::size_t target, const core::Value& value);

// The type an interpolated value of ours will have; string for plain text and for mixtures of text and
// expressions.
expression::Kind static_type(const State& state, const std::string& text);

enum class Use {
    value,   // anything but NUL
    script,  // only what a shell takes literally without quotes
};
// None when a finding was reported, now or when it was compiled.
std::optional<std::string> render(State& state, std::size_t target, const std::string& text,
                                  const Span& literal, Use use = Use::value);
// As render, but a string that is exactly one interpolation keeps its type.
std::optional<expression::Value> render_value(State& state, std::size_t target, const std::string& text,
                                              const Span& literal);

// A boolean expression that is a whole string: `when`. None when a finding was reported.
std::optional<expression::Program> compile_condition(State& state, std::size_t target, const core::Text& text,
                                                     const expression::Types& types);

}  // namespace contract::evaluation
