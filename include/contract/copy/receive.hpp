// SPDX-License-Identifier: Apache-2.0
//
// Taking results into a store from somewhere that is not believed. A statement is looked at before anything
// is asked for that it names; every blob is hashed while it comes; a path is made visible only when its whole
// tree is here and everything it needs is visible. What was taken of a copy that broke off stays as blobs,
// which the next one finds and `contract gc` removes.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "contract/copy/place.hpp"

namespace contract::copy {

struct Receiver {
    store::Store& store;
    std::vector<PublicKey> trusted;
    std::function<bool()> interrupted{};  // polled; may be empty
    // Of outputs, the action that is meant by their path: a result of another one is taken only where the
    // place has none of it.
    std::map<core::StorePath, Digest> actions{};
};

struct Received {
    std::vector<core::StorePath> taken;   // in the order in which they became visible
    std::vector<core::StorePath> absent;  // asked for, and not at the place
    std::uint64_t blobs = 0;              // that were transferred
    std::uint64_t bytes = 0;
};

// A result that is asked for by its action, or without one whatever lies at the path.
struct Wanted {
    core::StorePath path;
    std::optional<Digest> action;
};

// Takes what is wanted and is not in the store, and everything that it needs. Errors: result-untrusted,
// copy-damaged, copy-missing (something that is needed), interrupted, those of the place and the store.
Result<Received> receive(const Receiver& receiver, Source& source, const std::vector<Wanted>& wanted);

// One statement whose tree was brought into the store before. Errors: as receive().
Result<> accept(const Receiver& receiver, const Statement& statement);

inline constexpr unsigned deepest_tree = 256;  // directories, as of outputs

// Whether a tree whose directories are here may be placed on a disk: not deeper than an output can be, no
// names or targets of symlinks that no file system has, no few directories that stand for millions. Error:
// copy-damaged.
Result<> check_tree(const store::Store& store, const Digest& tree, std::string_view where);

}  // namespace contract::copy
