// SPDX-License-Identifier: Apache-2.0
//
// What keeps things in the store: the targets of every repository that was checked or built here, and the
// links that `contract build --keep` made. Remembered in the store, as facts; the repository is never written
// to.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "contract/base/result.hpp"
#include "contract/core/plan.hpp"
#include "contract/store/garbage.hpp"
#include "contract/store/store.hpp"

namespace contract::pipeline {

// Everything the plan names stays, built or not; where it is not `whole`, for mistakes in the contract, what
// was named before stays as well. One row; none is written when it says so already today.
Result<> remember_roots(store::Store& store, const std::string& directory, const core::Plan& plan,
                        bool whole);

// A target of a repository that was checked or built here, with the store paths that are its.
struct RememberedRoot {
    std::string directory;
    std::string target;
    std::vector<core::StorePath> paths;
};
Result<std::vector<RememberedRoot>> remembered_roots(const store::Store& store);

// A symlink `link` (absolute) to the path on this machine, which keeps it. What is there already is replaced
// when it is such a link. Errors: not-a-link, when it is anything else; system.
Result<> keep_link(store::Store& store, const std::string& link, const core::StorePath& path);

struct CollectRequest {
    std::optional<std::int64_t> unused_days{};  // only what, repositories too, was not used for so long
    std::optional<std::uint64_t> most_bytes{};
    bool dry_run = false;
    std::function<bool()> interrupted{};
};

struct Collected {
    store::Garbage garbage;
    // Repositories and links that keep nothing any more, each with the reason.
    std::vector<std::string> gone;
};

Result<Collected> collect_garbage(store::Store& store, const CollectRequest& request);

}  // namespace contract::pipeline
