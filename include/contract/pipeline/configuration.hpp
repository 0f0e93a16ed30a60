// SPDX-License-Identifier: Apache-2.0
//
// The user's configuration of this machine, read once by every command that may fetch. No file is no
// configuration; a file with a mistake is a finding and not half a configuration.
#pragma once

#include <vector>

#include "contract/core/configuration.hpp"
#include "contract/core/finding.hpp"

namespace contract::pipeline {

struct LoadedConfiguration {
    core::Configuration configuration;
    std::vector<core::Finding> findings;  // of the build stage
    Sources sources;
};
LoadedConfiguration load_configuration();

}  // namespace contract::pipeline
