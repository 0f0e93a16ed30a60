// SPDX-License-Identifier: Apache-2.0
//
// What users call a place that results are copied to or from: a directory, or ssh://[user@]host[:port]/path.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "contract/copy/place.hpp"

namespace contract::pipeline {

enum class Opening { to_write, to_read };

class OpenPlace {
public:
    copy::Source& source() const { return connection_ ? connection_->source() : *source_; }
    copy::Destination& destination() const {
        return connection_ ? connection_->destination() : *destination_;
    }
    // In good order, after all that was to be done.
    Result<> close() const { return connection_ ? connection_->close() : Result<>(); }

private:
    friend Result<OpenPlace> open_place(const std::string&, Opening, const std::function<bool()>&);
    std::unique_ptr<copy::Connection> connection_;
    std::unique_ptr<copy::Source> source_;
    std::unique_ptr<copy::Destination> destination_;
};

// A relative directory starts where we are. Errors: bad-place, and those of copy::open_source,
// open_destination and connect.
Result<OpenPlace> open_place(const std::string& place, Opening opening,
                             const std::function<bool()>& interrupted);

bool is_remote(const std::string& place);

}  // namespace contract::pipeline
