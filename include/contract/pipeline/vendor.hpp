// SPDX-License-Identifier: Apache-2.0
//
// `contract vendor`: everything the lock names, in a directory that a machine without a network can fetch
// from.
#pragma once

#include <string>
#include <vector>

#include "contract/core/finding.hpp"
#include "contract/pipeline/lock.hpp"

namespace contract::pipeline {

struct VendorRequest {
    std::string directory;  // the contract directory
    std::string home;
    std::string target;  // absolute; made where it is missing
    bool offline = false;
    unsigned jobs = 1;
    std::function<void(const FetchProgress&)> progress;
    std::function<bool()> interrupted;
};

struct VendorResult {
    std::vector<std::string> inputs;    // targets whose originals are there
    std::vector<std::string> left_out;  // a sentence each
    std::vector<core::Finding> findings;
    Sources sources;
    std::string configuration;  // the file config.toml that leads there; empty when nothing was written
};

// An input that cannot be had is a finding and does not hold up the others.
VendorResult vendor(const VendorRequest& request);

}  // namespace contract::pipeline
