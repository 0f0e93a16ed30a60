// SPDX-License-Identifier: Apache-2.0
//
// What can be reached from roots: store paths through their references, and blobs through the trees that lie
// at them. It only reads; what is missing or damaged is passed over.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "blobs.hpp"
#include "contract/core/directory.hpp"
#include "contract/core/store_path.hpp"
#include "index.hpp"

namespace contract::store {

class Reach {
public:
    Reach(Index& index, const Blobs& files) : index_(index), files_(files) {}

    // A path and everything below it. `why` is remembered for each that was not reached before. Errors: those
    // of the index, and of a disk that does not give what it has.
    Result<> add(const core::StorePath& path, const std::string& why);
    Result<> add(const Digest& tree);

    // The bytes that add() of the path would add.
    Result<std::uint64_t> cost_of(const core::StorePath& path) const;

    bool has(const core::StorePath& path) const { return paths_.contains(path.base()); }
    bool has(const Digest& blob) const { return blobs_.contains(blob); }
    const std::string& why(const core::StorePath& path) const { return paths_.at(path.base()); }
    std::uint64_t bytes() const { return bytes_; }  // of all blobs reached, each once

private:
    struct Hash {
        std::size_t operator()(const Digest& digest) const;
    };

    void add_blob(const Digest& digest, std::uint64_t size);

    Index& index_;
    const Blobs& files_;
    std::unordered_map<std::string, std::string> paths_;     // base name → why
    std::unordered_map<Digest, std::uint64_t, Hash> blobs_;  // → size
    std::unordered_set<Digest, Hash> directories_;  // apart, because a file may well have the bytes of one
    std::uint64_t bytes_ = 0;
};

// The bytes of all files of a tree; what is missing counts as nothing.
class TreeSize {
public:
    explicit TreeSize(const Blobs& files) : files_(files) {}
    std::uint64_t of(const Digest& tree);

private:
    const Blobs& files_;
    std::map<Digest, std::uint64_t> known_;
};

}  // namespace contract::store
