// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "blobs.hpp"
#include "contract/os/file.hpp"
#include "contract/store/store.hpp"
#include "group_sync.hpp"
#include "index.hpp"
#include "lease.hpp"

namespace contract::store {

struct Store::State {
    State(std::string home_, std::shared_ptr<Lease> lease_, std::unique_ptr<Index> index_, std::string boot_)
        : home(std::move(home_)),
          lease(std::move(lease_)),
          blobs(home, lease),
          index(std::move(index_)),
          boot(std::move(boot_)),
          disk([this] { return os::sync_file_system(home); }) {}

    std::string home;
    std::shared_ptr<Lease> lease;
    Blobs blobs;
    std::unique_ptr<Index> index;
    std::string boot;  // of this machine, now
    GroupSync disk;

    // Places the tree at its path when it is not there yet, and commits.
    Result<> publish(const core::StorePath& path, const Digest& tree, const ResultRow* row,
                     std::string_view record);
    Result<> exchange(const core::StorePath& path, const std::string& fresh, const std::string& former);
};

}  // namespace contract::store
