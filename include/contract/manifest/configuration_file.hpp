// SPDX-License-Identifier: Apache-2.0
//
// The user's config.toml → core::Configuration. Parses, never opens. What it says is checked as strictly as a
// contract is: a misspelt mirror must not be a mirror that is silently not used.
#pragma once

#include <string>
#include <vector>

#include "contract/core/configuration.hpp"
#include "contract/core/finding.hpp"
#include "contract/core/result_keys.hpp"

namespace contract::manifest {

struct ParsedConfiguration {
    core::Configuration configuration;
    core::ResultKeys keys;
    std::vector<core::Finding> findings;  // all of code build.bad-configuration
    Sources sources;
};

// `file` is its name in findings.
ParsedConfiguration parse_configuration(const std::string& file, std::string text);

// The text that parse_configuration reads back; without keys.
std::string write_configuration(const core::Configuration& configuration);

}  // namespace contract::manifest
