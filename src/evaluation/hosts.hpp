// SPDX-License-Identifier: Apache-2.0
//
// Which hosts a contract has: a table may stand for many, "gpu-[001-064]", and tables whose names overlap
// contribute to one host together, in document order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contract/core/manifest.hpp"

namespace contract::evaluation {

struct HostEntry {
    std::string name;                   // "gpu-017"
    std::string group;                  // "gpu": the prefix of its range; of a single host its name
    std::optional<std::int64_t> index;  // 17
    std::vector<std::size_t> tables;    // in Manifest::hosts
};

// In the order in which they are first named.
std::vector<HostEntry> list_hosts(const core::Manifest& manifest);

// Whether somebody who wants to see `wanted`, as in Request::explain, sees options of the host `target`.
bool is_explained(const std::string& wanted, const std::string& target);

}  // namespace contract::evaluation
