// SPDX-License-Identifier: Apache-2.0
//
// Where the suites of an archive are: what the contract says itself, else the user's configuration, else this
// machine's apt. A place says where bytes come from, never which: all of it is verified against signatures or
// the lock, and no host of it goes into the lock.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contract/inputs/inputs.hpp"

namespace contract::inputs::deb {

struct Keyring {
    std::string path;     // absolute
    std::string armored;  // the keyring itself, where it stands in a source of apt; then `path` is empty
    friend bool operator==(const Keyring&, const Keyring&) = default;
};

// One suite of one archive.
struct SuitePlace {
    std::string suite;
    std::vector<std::string> mirrors;     // tried in this order; without a slash at the end; may be empty
    std::optional<std::string> snapshot;  // the same, with "{timestamp}" in it
    std::vector<Keyring> keyrings;        // a signature by any key of them counts
    std::string told_by;                  // who says so: "contract.toml", "/etc/apt"
    friend bool operator==(const SuitePlace&, const SuitePlace&) = default;
};

// Usually one. Several when apt knows more than one archive with a suite of that name: then the Origin of
// their release files decides. Error archive-unknown when nobody knows the suite.
Result<std::vector<SuitePlace>> places_of(const core::DebSource& source, const core::Text& suite,
                                          const Context& context, const std::string& apt = "/etc/apt");

// `path` of an archive at `base`, every byte escaped that a URL cannot have.
std::string url_below(const std::string& base, const std::string& path);

// The place's snapshot of that time ("20261101T083000Z"); none when it has no snapshots.
std::optional<std::string> snapshot_base(const SuitePlace& place, const std::string& timestamp);

}  // namespace contract::inputs::deb
