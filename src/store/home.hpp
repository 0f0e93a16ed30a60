// SPDX-License-Identifier: Apache-2.0
//
// The directories of a store and what they may lie on. Created once; a store that exists costs one statfs and
// one stat here.
#pragma once

#include <string>
#include <string_view>

#include "contract/base/result.hpp"

namespace contract::store {

// The name of a network file system by its statfs type; empty for every other. 9p is not one: it is what
// virtual machines and containers share folders with.
std::string_view network_name(unsigned long type);

// Creates what is missing: home (0755 for root, else 0700), store, blobs/00…ff, log, tmp, tmp/leases,
// tmp/locks. Errors: network-file-system, system.
Result<> prepare_home(const std::string& home);

}  // namespace contract::store
