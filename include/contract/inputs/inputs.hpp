// SPDX-License-Identifier: Apache-2.0
//
// Everything that comes from outside. Each kind is one file of src/inputs: `resolve` turns the manifest's
// words into an exact pin and may use the network; `materialise` turns a pin into a tree in the store,
// verified against it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "contract/core/configuration.hpp"
#include "contract/core/lock.hpp"
#include "contract/core/plan.hpp"
#include "contract/store/store.hpp"

namespace contract::inputs {

struct Context {
    store::Store& store;
    std::string contract_directory;  // absolute; relative paths of inputs start here
    bool offline = false;            // any fetch is the finding `offline` that names it
    core::Configuration configuration{};
    unsigned jobs = 1;  // threads that one input may use
    // What is under way, from any thread: the URL, bytes so far and in all. May be empty.
    std::function<void(const std::string& url, std::uint64_t got, std::optional<std::uint64_t> total)>
        progress{};
    std::function<bool()> interrupted{};  // polled from any thread; may be empty
};

// For resolving only.
struct Wish {
    std::vector<std::string> systems{};             // deb, oci: for each of these
    std::optional<std::int64_t> min_age_seconds{};  // nothing younger than this
    const core::Pin* before = nullptr;              // the pin it replaces, if any
};

// Puts the content into the store, too. Requires an input that is not a host.
// Errors (leaf codes): bad-url, ref-missing, subdir-missing, fetch-failed, offline, not-a-repository,
// unsafe-owner, damaged-repository, pin-unreachable, missing-input (no such path), unsupported-entry
// (submodule, device, a name no tree can hold), system, and those of the store.
Result<core::Pin> resolve(const core::Input& input, const Context& context, const Wish& wish = {});

// What moved between two pins of one input, a line each, for people: commits between them (the newest 20),
// packages with their versions, sizes. Reads only what resolving has fetched; what cannot be told is left
// out.
std::vector<std::string> differences(const core::Input& input, const core::Pin& before,
                                     const core::Pin& after, const Context& context);

// Afterwards the pin's tree is in the store; a host has nothing to bring. A path input is read every time, a
// git input only when its tree is not there. Errors: as resolve, and hash-mismatch with wanted and got.
Result<> materialise(const core::PlannedInput& input, const Context& context);

// What a `host` root looks like on this machine: package database and os-release, and by stat the named
// folders and the directories in them, one level more where programs, libraries and headers lie; each file
// too below `local` and where there is no package database. Changes when they do; two calls without a change
// are equal. Costs a few hundred stat calls, about a millisecond.
Result<Digest> host_fingerprint(const std::vector<std::string>& folders);

}  // namespace contract::inputs
