// SPDX-License-Identifier: Apache-2.0
//
// The inputs of inputs, made flat: which input of a contract that comes from an input is which entry of our
// lock. A pure function of the manifests, which the caller reads; `contract lock` and `contract check` both
// ask here, so that they cannot disagree. Nothing is pinned or fetched.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contract/core/finding.hpp"
#include "contract/core/lock.hpp"
#include "contract/core/manifest.hpp"
#include "contract/core/plan.hpp"

namespace contract::evaluation {

inline constexpr std::size_t deepest_contract = 16;  // "a/b/c" is three deep
inline constexpr std::size_t most_contracts = 256;

struct FlatInput {
    std::string name;                    // "zlib"; of an input of an input "site/zlib"
    std::string contract;                // whose declaration it is: "site"; empty: ours
    const core::Input* input = nullptr;  // the declaration
    std::string same_source;             // an earlier input with the same source, whose pin this one has
};

// A contract that comes from an input.
struct FlatContract {
    std::string name;                           // of the input: "site", "site/base"
    const core::Manifest* manifest = nullptr;   // what it declares
    std::map<std::string, std::string> inputs;  // its own names → names of the flat list
};

struct Flattened {
    std::vector<FlatInput> inputs;        // ours first, then theirs, breadth first
    std::vector<FlatContract> contracts;  // those that could be read, breadth first
    // Mistakes of `follows`, contracts that are inputs of each other, too many of them. Each belongs to one
    // of our inputs, which cannot be used then.
    std::vector<core::Finding> findings;
};

// `read` gives the manifest of a contract input, which must outlive the result, or null when it cannot be
// read; it is asked for each contract once, after everything that it may follow is in the list.
using ReadContract = std::function<const core::Manifest*(const FlatInput&)>;
Flattened flatten(const core::Manifest& ours, const ReadContract& read);

// What our lock has to say for `input`. None where there is nothing to pin: a host, a folder of a contract's
// own tree, and a repository beside a contract, which is not there any more.
std::optional<core::Want> want_of(const FlatInput& input);
// A git input of a contract that is named by a path relative to it.
bool lies_beside(const FlatInput& input);

// "site" of "site/base/zlib": our input that it comes from.
std::string top_of(const std::string& name);

// What fetching has to know of an input with a pin.
core::PlannedInput planned_input(const core::Input& input, std::string target, const core::Pin& pin,
                                 const std::string& system);

}  // namespace contract::evaluation
