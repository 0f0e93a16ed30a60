// SPDX-License-Identifier: Apache-2.0
//
// The list of files git tracks below a contract directory. An unchanged index is recognised by its stat and
// costs one row of the store; libgit2 is opened only when the index has changed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/base/result.hpp"
#include "contract/git/repository.hpp"
#include "contract/store/store.hpp"

namespace contract::pipeline {

struct TrackedFile {
    std::string_view name;   // relative to the contract directory
    std::uint32_t mode = 0;  // as in git's index
    bool conflicted = false;
    bool staged = false;  // the index differs from the last commit
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;
    std::uint64_t inode = 0;
    std::string_view blob;  // 40 hex digits

    friend bool operator==(const TrackedFile&, const TrackedFile&) = default;
};

struct TrackedFiles {
    std::string commit;                       // empty before the first commit
    std::int64_t index_mtime_ns = 0;          // for git's racy rule
    std::vector<std::string_view> deleted;    // in the last commit, not in the index
    std::vector<TrackedFile> files;           // sorted by name, each once
    std::shared_ptr<const std::string> text;  // what all the views are of

    const TrackedFile* find(std::string_view name) const;  // nullptr: it is not tracked
    // Where the first name is that is not less.
    std::vector<TrackedFile>::const_iterator lower_bound(std::string_view name) const;
};

// `prefix`: the contract directory relative to the work tree, "" or "sub/".
Result<TrackedFiles> tracked_files(const std::string& work_tree, const std::string& prefix,
                                   store::Store& store);

// The lists of work trees that are gone are gone too.
Result<> forget_lost_work_trees(store::Store& store);

std::string encode(const TrackedFiles& files);
// What encode() wrote, from `start` on. Nothing: it is damaged.
std::optional<TrackedFiles> decode_tracked_files(std::shared_ptr<const std::string> text, std::size_t start);

}  // namespace contract::pipeline
