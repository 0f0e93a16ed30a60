// SPDX-License-Identifier: Apache-2.0
//
// The readers of downloads and of root file systems, `url`, `deb` and `oci`, and what all kinds of input
// share. Each judges the words of one table; whether what they name exists is found out when it is locked.
#pragma once

#include <cstdint>
#include <optional>

#include "contract/core/manifest.hpp"
#include "table.hpp"

namespace contract::manifest {

// A location is handed to other programs and to the file system: nothing in it may look like an option or
// hide from sight. False after a finding.
bool check_location(Table& table, std::string_view key, const core::Text& text);

core::UrlSource read_url(Table& table, core::Text url);
core::DebSource read_deb(Table& table);
core::OciSource read_oci(Table& table, core::Text reference);

// The `min_age` of an input or of the contract, in seconds.
std::optional<std::int64_t> read_age(Table& table);

// A root differs from system to system, and a lock says nothing of the machine it was made on: so a contract
// that has one says for which systems.
void need_systems(Table& table, const core::ContractHeader& header, const core::Input& input);

}  // namespace contract::manifest
