// SPDX-License-Identifier: Apache-2.0
//
// The forms that strings of a manifest may have to have. Each function looks at text alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/manifest/duration.hpp"

namespace contract::manifest {

// Those of core's, as a list of strings.
const std::vector<std::string>& known_systems();

// [A-Za-z_][A-Za-z0-9_]*
bool is_variable_name(std::string_view text);
// Set by the build itself: out, jobs, PATH (from `uses`), HOME, TMPDIR, PWD, SOURCE_DATE_EPOCH.
bool is_reserved_variable(std::string_view text);

// "512MiB", "4GiB" in bytes; none for another form and for 0.
std::optional<std::int64_t> memory_bytes(std::string_view text);

bool is_revision(std::string_view text);  // 40 lower-case hex digits
bool is_git_ref(std::string_view text);   // what git check-ref-format would take, levels or not

// True when `version` ("0.1.0") satisfies ">= 0.1" or ">= 0.1, < 2"; none when the requirement is malformed.
std::optional<bool> satisfies(std::string_view version, std::string_view requirement);

}  // namespace contract::manifest
