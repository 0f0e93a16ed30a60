// SPDX-License-Identifier: Apache-2.0
//
// Several definitions of one option → one value. Priorities are per leaf: of a map each key, of everything
// else the whole. What cannot be decided is a conflict that names everybody who has a say.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contract/core/manifest.hpp"
#include "contract/expression/expression.hpp"
#include "option_tree.hpp"
#include "reports.hpp"

namespace contract::evaluation {

// What one definition says of an option, or of a part of it.
struct Offer {
    std::uint32_t definition = 0;
    core::Priority priority = core::Priority::normal;
    core::Order order = core::Order::normal;
    bool unset = false;
    std::size_t unset_depth = 0;                           // keys of the map gone down so far
    const std::vector<std::string>* unset_keys = nullptr;  // of the map, below the option
    expression::Value value;
    const core::Value* source = nullptr;  // where the value was written; null: it was computed
    Span where;                           // when there is no source
    std::string_view module;              // as people call it
    const Span& place() const { return source != nullptr ? source->where : where; }
};

struct Merged {
    enum class State : std::uint8_t { value, unset, broken };
    State state = State::unset;
    expression::Value value;
    bool from_default = false;
    std::uint32_t definition = 0;  // of a value: the last one that has a say in it
};

// Which definition a part of a value comes from: "" the whole, "[3]" an item, "net.ipv4.ip_forward" a key.
struct Origin {
    std::string part;
    std::uint32_t definition = 0;
};

struct MergeRequest {
    const Option& option;
    const std::string& keys;  // of the entry
    const expression::Value* default_value = nullptr;
    Reports& reports;
    std::vector<Origin>* origins = nullptr;  // asked for by `show`
};

// `offers` in the order of modules and documents.
Merged merge(const MergeRequest& request, const std::vector<Offer>& offers);

}  // namespace contract::evaluation
