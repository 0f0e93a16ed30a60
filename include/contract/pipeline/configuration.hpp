// SPDX-License-Identifier: Apache-2.0
//
// The configuration of this machine and of the user, read once by every command that may fetch. No file is no
// configuration; a file with a mistake is a finding and not half a configuration.
#pragma once

#include <string>
#include <vector>

#include "contract/core/configuration.hpp"
#include "contract/core/finding.hpp"
#include "contract/core/result_keys.hpp"

namespace contract::pipeline {

struct LoadedConfiguration {
    core::Configuration configuration;
    core::ResultKeys keys;
    std::vector<core::Finding> findings;  // of the build stage
    Sources sources;
};
// /etc/contract/config.toml and the user's, which goes before it; of both the keys are trusted.
LoadedConfiguration load_configuration();
// These files, the first before the others. One that says whose results are trusted must belong to the user
// or to root, and nobody else may write to it; for root it must be root's.
LoadedConfiguration load_configuration(const std::vector<std::string>& files);

}  // namespace contract::pipeline
