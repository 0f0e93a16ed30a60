// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "blobs.hpp"
#include "contract/store/blob_writer.hpp"

namespace contract::store {

struct BlobWriter::State {
    static constexpr std::size_t held_at_most = std::size_t{1} << 18;

    State(const Blobs& blobs_, Kind kind_) : blobs(blobs_), kind(kind_) {}
    Blobs blobs;  // a copy: it is only a path, and the store may be moved meanwhile
    Kind kind;
    Sha256 hash;
    std::uint64_t size = 0;
    std::string held;  // while there is no file
    std::optional<Aside> aside;
};

}  // namespace contract::store
