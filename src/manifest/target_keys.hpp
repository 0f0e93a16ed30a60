// SPDX-License-Identifier: Apache-2.0
//
// The keys that several kinds of target share, one reader each: read, judged by their form alone, and
// reported where they are wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "contract/core/manifest.hpp"
#include "table.hpp"

namespace contract::manifest {

// description, root, uses, env, when, systems
void read_head(Table& table, core::TargetHead& head);
std::vector<core::Variable> read_environment(Table& table);
// "./path", "inputs.NAME", or { path, include, exclude }.
std::optional<core::SourceSelection> read_source(Table& table);
core::Texts read_patches(Table& table);
// A script or an argument list; empty after a finding.
core::Command read_command(Table& table, std::string_view key, std::string_view example);
// The same for a key that need not be there.
std::optional<core::Command> read_command_if_there(Table& table, std::string_view key);
// An argument list that is never a script.
core::Texts read_arguments(Table& table, std::string_view key, std::string_view example);
std::optional<core::Text> read_script(Table& table, std::string_view key);
std::optional<std::int64_t> read_seconds(Table& table, std::string_view key);
// timeout, silence, memory
core::Limits read_limits(Table& table);
// A path below the output of the package.
std::optional<core::Text> read_main(Table& table);
// References "FOLDER.NAME", and nothing else.
core::Texts read_references(Table& table, std::string_view key, std::string_view folder);

}  // namespace contract::manifest
