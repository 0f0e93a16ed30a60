// SPDX-License-Identifier: Apache-2.0
//
// Which packages, toolchains and inputs an expression names. They have to be named literally: what a target
// needs must be known before anything has a value.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "state.hpp"

namespace contract::evaluation {

struct NamedTarget {
    std::optional<std::size_t> target;  // none: a mistake, told by code, message and help
    std::string code;
    std::string message;
    std::vector<std::string> help;
    std::size_t begin = 0;  // bytes of the expression's text
    std::size_t end = 0;
};

// A name that the types of the scope do not have is no mistake of this list: checking types reports it.
std::vector<NamedTarget> names_in(State& state, std::size_t scope, const expression::Program& program);

}  // namespace contract::evaluation
