// SPDX-License-Identifier: Apache-2.0
//
// A blob written piece by piece, for content that is too big for memory and comes from no file. What is not
// finished leaves nothing behind. Each writer belongs to one thread; any number of them may be at work.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "contract/base/digest.hpp"

namespace contract::store {

struct WrittenBlob {
    Digest digest;
    std::uint64_t size = 0;  // bytes
};

class BlobWriter {
public:
    BlobWriter(BlobWriter&&) noexcept;
    BlobWriter& operator=(BlobWriter&&) noexcept;
    ~BlobWriter();

    Result<> write(std::string_view bytes);
    // The blob is in the store afterwards. Ends the writer; calling either again throws InternalError.
    Result<WrittenBlob> finish();

private:
    friend class Store;
    struct State;
    explicit BlobWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace contract::store
