// SPDX-License-Identifier: Apache-2.0
//
// What contract.lock says: for each input what was wanted and what it was pinned to. Written only by
// `contract lock` and `contract update`; nothing in it differs between machines or runs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "contract/base/digest.hpp"
#include "contract/core/manifest.hpp"

namespace contract::core {

// The manifest's keys of an input, to see a stale lock: {{"git", "https://…"}, {"ref", "v1"}}.
// What has its default value is not in it. A list keeps its order.
using WantValue =
    std::variant<std::string, bool, std::vector<std::string>, std::map<std::string, std::string>>;
using Want = std::map<std::string, WantValue>;

// One package of a `deb` input, for one system.
struct LockedPackage {
    std::string name;
    std::string version;
    std::string path;  // in the archive: "pool/main/m/make-dfsg/make_4.3-4.1_amd64.deb"
    Digest sha256;
    std::uint64_t size = 0;  // bytes
    std::string suite;       // that offers it
    friend bool operator==(const LockedPackage&, const LockedPackage&) = default;
};

struct LockedLayer {
    Digest digest;
    std::uint64_t size = 0;  // bytes, compressed
    friend bool operator==(const LockedLayer&, const LockedLayer&) = default;
};

// An image for one system.
struct LockedImage {
    Digest manifest;
    std::vector<LockedLayer> layers;  // lowest first
    friend bool operator==(const LockedImage&, const LockedImage&) = default;
};

// What an input was pinned to. A field of another kind is empty.
struct Pin {
    std::string rev;         // git: 40 hex digits
    std::string date;        // git: the commit's date; RFC 3339 in UTC
    Digest tree;             // git, path, url: REAPI Directory digest of the content
    Digest sha256;           // url: of the bytes that were downloaded
    std::uint64_t size = 0;  // url: their number

    std::string snapshot;                // deb: "20261101T083000Z", the newest date of the release files
    std::vector<std::string> signed_by;  // deb: fingerprints of keys, sorted
    int layout = 0;                      // deb: the rules by which it was unpacked
    std::map<std::string, std::vector<LockedPackage>> packages;  // deb: by system; sorted by name
    Digest index;                                                // oci: what the reference meant
    std::map<std::string, LockedImage> images;                   // oci: by system
    std::map<std::string, Digest> trees;                         // deb, oci: by system

    // The content for `system`; none for a system that the input has nothing for.
    std::optional<Digest> tree_for(const std::string& system) const;
    friend bool operator==(const Pin&, const Pin&) = default;
};

struct LockedInput {
    std::string name;  // "zlib"; of an input of an input: "site/zlib"
    Want want;
    Pin pin;
    Span where;  // the entry in contract.lock
    friend bool operator==(const LockedInput&, const LockedInput&) = default;
};

struct Lock {
    std::vector<LockedInput> inputs;  // sorted by name
    const LockedInput* find(std::string_view name) const;
    friend bool operator==(const Lock&, const Lock&) = default;
};

// `value` as it stands in contract.lock: TOML.
std::string toml_text(const WantValue& value);

// Whether a root, which is made of Linux programs, can exist for `system`.
bool has_roots(std::string_view system);

// What the lock has to say for `input`; none for a kind that is never locked (host).
std::optional<Want> want_of(const Input& input);

}  // namespace contract::core
