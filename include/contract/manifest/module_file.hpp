// SPDX-License-Identifier: Apache-2.0
//
// Module files: text → Module. Parses, never opens, and judges no type and no expression. Every mistake of a
// file in one go; a syntax error is the only one that ends it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/core/finding.hpp"
#include "contract/core/manifest.hpp"

namespace contract::manifest {

struct ModuleText {
    std::string file;      // the name that spans carry: "modules/web.toml", "inputs.site/modules/web.toml"
    std::string contract;  // the folder in that name where its contract starts: "", "inputs.site"
    std::string target;    // whose findings they are: "modules.web"
    std::string text;
};

struct ParsedModule {
    // What could be read. A table with a mistake is kept and marked where others depend on it (options,
    // settings, names that moved), and left out where nobody does.
    core::Module module;
    std::vector<core::Finding> findings;
    bool usable = false;  // false: a syntax error, so that nothing is known of the file
};

ParsedModule parse_module(const ModuleText& source);

// The parts of an option's path, "web.vhosts.<name>.root" or files."/etc/motd".text: names, placeholders with
// their angle brackets, and keys in double quotes, decoded; at most 32. None when it is no path.
std::optional<std::vector<std::string>> parts_of_option(std::string_view path);
// "<name>"
bool is_placeholder(std::string_view part);

}  // namespace contract::manifest
