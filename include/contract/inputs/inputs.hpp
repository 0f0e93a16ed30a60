// SPDX-License-Identifier: Apache-2.0
//
// Everything that comes from outside. Each kind is one file of src/inputs: `resolve` turns the manifest's
// words into an exact pin and may use the network; `materialise` turns a pin into a tree in the store,
// verified against it.
#pragma once

#include <string>

#include "contract/core/lock.hpp"
#include "contract/core/plan.hpp"
#include "contract/store/store.hpp"

namespace contract::inputs {

struct Context {
    store::Store& store;
    std::string contract_directory;  // absolute; relative paths of inputs start here
    bool offline = false;            // any fetch is the finding `offline` that names it
};

// Errors (leaf codes): bad-url, ref-missing, subdir-missing, fetch-failed, offline, not-a-repository,
// unsafe-owner, missing-file, output-not-allowed, pin-unreachable, system.
Result<core::Pin> resolve(const core::Input& input, const Context& context);

// Afterwards the pin's tree is in the store. Errors: as resolve, and hash-mismatch with wanted and got.
Result<> materialise(const core::PlannedInput& input, const Context& context);

// What a `host` root looks like on this machine: package database, os-release, and the named folders with
// their direct children. Changes when they do; two calls without a change are equal. Costs about a
// millisecond.
Result<Digest> host_fingerprint(const std::vector<std::string>& folders);

}  // namespace contract::inputs
