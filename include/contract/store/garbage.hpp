// SPDX-License-Identifier: Apache-2.0
//
// Removing from a store what nothing refers to, while other processes build in it. What they found or made
// since they began stays (src/store/lease.hpp says how they tell).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "contract/base/digest.hpp"
#include "contract/core/store_path.hpp"

namespace contract::store {

// What keeps something: a target of a repository, a link. What it names may be missing from the store.
struct GarbageRoot {
    std::string name;  // for people: "/home/me/fleet packages.gateway"
    std::vector<core::StorePath> paths;
    std::vector<Digest> trees;
};

struct GarbageRequest {
    std::vector<GarbageRoot> roots;
    // Only what was last used before this moment, in seconds since 1970; empty: whenever it was.
    std::optional<std::int64_t> used_before;
    // No more than needed to bring the content down to this many bytes, what was used longest ago first;
    // empty: all that may go.
    std::optional<std::uint64_t> most_bytes;
    bool dry_run = false;               // find out, remove nothing
    std::function<bool()> interrupted;  // polled; may be empty
};

struct GarbageItem {
    core::StorePath path;
    std::uint64_t bytes = 0;  // of the files in it, those it shares with others counted too
    std::int64_t used = 0;    // seconds since 1970
    bool removed = false;     // dry_run: would be
    std::string kept_by;      // the name of a root, or what else keeps it; empty when removed
};

struct Garbage {
    std::vector<GarbageItem> items;   // every store path, by name
    std::uint64_t blobs_removed = 0;  // files
    std::uint64_t bytes_removed = 0;  // of blobs, logs, downloads and what runs that were ended left behind
    std::uint64_t bytes_kept = 0;     // of blobs
    // Paths that stay since the index was lost, and with it who needs them; and when it was made anew, in
    // seconds since 1970.
    std::uint64_t unknown = 0;
    std::int64_t made_anew = 0;
    bool interrupted = false;  // stopped before its end; what was removed is gone
};

}  // namespace contract::store
