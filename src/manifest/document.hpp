// SPDX-License-Identifier: Apache-2.0
//
// A whole file of TOML: the limits every file has to keep, then its tree, or the one finding that ends it.
#pragma once

#include <optional>

#include "contract/core/value.hpp"
#include "mistakes.hpp"
#include "toml_reader.hpp"

namespace contract::manifest {

// None after a finding too-large, not-text, syntax, duplicate-key or duplicate-table.
std::optional<core::Value> read_document(Mistakes& mistakes);

// A syntax error in words for people, at the exact place.
void report_syntax(Mistakes& mistakes, const SyntaxError& error);

// A table or key that is defined twice, with both places. Called when toml++ says so; false when the second
// look does not find the pair.
bool report_redefinition(Mistakes& mistakes);

}  // namespace contract::manifest
