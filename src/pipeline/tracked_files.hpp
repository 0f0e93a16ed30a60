// SPDX-License-Identifier: Apache-2.0
//
// The list of files git tracks below a contract directory. An unchanged index is recognised by its stat and
// costs one row of the store; libgit2 is opened only when the index has changed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "contract/base/result.hpp"
#include "contract/git/repository.hpp"
#include "contract/store/store.hpp"

namespace contract::pipeline {

struct TrackedFile {
    std::uint32_t mode = 0;  // as in git's index
    bool conflicted = false;
    bool staged = false;  // the index differs from the last commit
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;
    std::uint64_t inode = 0;
    std::string blob;

    friend bool operator==(const TrackedFile&, const TrackedFile&) = default;
};

struct TrackedFiles {
    std::string commit;                                     // empty before the first commit
    std::int64_t index_mtime_ns = 0;                        // for git's racy rule
    std::map<std::string, TrackedFile, std::less<>> files;  // by path relative to the contract directory
    std::vector<std::string> deleted;                       // in the last commit, not in the index
    friend bool operator==(const TrackedFiles&, const TrackedFiles&) = default;
};

// `prefix`: the contract directory relative to the work tree, "" or "sub/".
Result<TrackedFiles> tracked_files(const std::string& work_tree, const std::string& prefix,
                                   store::Store& store);

// The lists of work trees that are gone are gone too.
Result<> forget_lost_work_trees(store::Store& store);

std::string encode(const TrackedFiles& files);
std::optional<TrackedFiles> decode_tracked_files(std::string_view bytes);

}  // namespace contract::pipeline
