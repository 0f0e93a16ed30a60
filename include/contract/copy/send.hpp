// SPDX-License-Identifier: Apache-2.0
//
// Copying results out of a store: what they need comes along, everything is read through its digest, and each
// result is signed by whoever sends it.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "contract/copy/place.hpp"

namespace contract::copy {

// What a store has to tell, as statements.
class Exporter {
public:
    // Of a build record, the store path of the root that the output needs to run; empty: none.
    using RootOf = std::function<core::StorePath(const std::string& record)>;

    // `key` signs; null: results cannot be told.
    static Result<Exporter> of(const store::Store& store, const SecretKey* key, RootOf root_of);

    // None: there is no such result, or its output is gone.
    Result<std::optional<Statement>> result(const Digest& action) const;
    // Every result that made what lies there now; without one, that the path follows from its tree. Empty:
    // neither is so, or nothing lies there.
    Result<std::vector<Statement>> at(const core::StorePath& path) const;

private:
    Exporter(const store::Store& store, const SecretKey* key, RootOf root_of)
        : store_(&store), key_(key), root_of_(std::move(root_of)) {}
    Result<Statement> statement(const store::ResultRow& row) const;

    const store::Store* store_;
    const SecretKey* key_;
    RootOf root_of_;
    std::multimap<core::StorePath, store::ResultRow> results_;
    std::map<core::StorePath, Digest> trees_;
};

struct Sent {
    std::vector<core::StorePath> paths;  // needs first
    std::uint64_t blobs = 0;             // that were transferred
    std::uint64_t bytes = 0;
};

// The results of these actions, and what lies at these paths, with all that they need. Errors: not-built
// (something of it is not in the store, or nobody knows how it was made), store-damaged, key-missing,
// interrupted, those of the place.
Result<Sent> send(const store::Store& store, const Exporter& exporter, Destination& destination,
                  const std::vector<Digest>& actions, const std::vector<core::StorePath>& paths,
                  const std::function<bool()>& interrupted);

}  // namespace contract::copy
