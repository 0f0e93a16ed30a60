// SPDX-License-Identifier: Apache-2.0
//
// The table of keys → JSON Schema, draft 2020-12, for editors and other checkers. A schema says the forms of
// single values; what needs the whole file, such as whether a name is declared, only `contract check` knows.
#pragma once

#include <string>

namespace contract::report {

std::string manifest_schema();  // of contract.toml; ends with a newline
std::string module_schema();    // of module files

}  // namespace contract::report
