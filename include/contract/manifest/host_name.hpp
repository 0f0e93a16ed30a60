// SPDX-License-Identifier: Apache-2.0
//
// The names of hosts: one host, "web", or many, "gpu-[001-064]". Nothing is expanded here.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "contract/core/manifest.hpp"

namespace contract::manifest {

inline constexpr std::int64_t most_hosts = 100'000;  // of one range

struct HostNameProblem {
    std::size_t begin = 0;  // the bytes of the name that are wrong
    std::size_t end = 0;
    std::string label;  // beside them
    std::string help;
};

// One bracket with two numbers of as many digits, the first not above the last; what stands around it, and
// every name that comes out, is as names are.
std::variant<core::HostRange, HostNameProblem> parse_host_range(std::string_view name);

// True when the name is meant as a range: there is a bracket in it.
bool is_host_range(std::string_view name);

}  // namespace contract::manifest
