// SPDX-License-Identifier: Apache-2.0
//
// What contract.lock says: for each input what was wanted and what it was pinned to. Written only by
// `contract lock` and `contract update`; nothing in it differs between machines or runs.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "contract/base/digest.hpp"
#include "contract/core/manifest.hpp"

namespace contract::core {

// The manifest's keys of an input, sorted by key, to see a stale lock: {{"git", "https://…"}, {"ref", "v1"}}.
using Want = std::vector<std::pair<std::string, std::string>>;

struct Pin {
    std::string rev;   // git: 40 hex digits; empty for a path
    std::string date;  // git: the commit's date, RFC 3339 in UTC; empty for a path
    Digest tree;       // REAPI Directory digest of the content
    friend bool operator==(const Pin&, const Pin&) = default;
};

struct LockedInput {
    std::string name;
    Want want;
    Pin pin;
    Span where;  // the entry in contract.lock
    friend bool operator==(const LockedInput&, const LockedInput&) = default;
};

struct Lock {
    std::vector<LockedInput> inputs;  // sorted by name
    const LockedInput* find(std::string_view name) const;
    friend bool operator==(const Lock&, const Lock&) = default;
};

// What the lock has to say for `input`; none for a kind that is never locked (host).
std::optional<Want> want_of(const Input& input);

}  // namespace contract::core
