// SPDX-License-Identifier: Apache-2.0
//
// The log of one action: written while the action runs, so that it can be followed and survives a crash;
// bounded in size; closed by a last line of ours. Plain text, exactly the bytes the builder wrote.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "contract/base/result.hpp"
#include "contract/os/fd.hpp"

namespace contract::build {

class LogFile {
public:
    // An earlier log of the same action is replaced. What comes after `limit` bytes is dropped.
    static Result<LogFile> create(const std::string& path, std::uint64_t limit);

    // A failed write is remembered and told by finish(): the builder must not die of our full disk halfway.
    void write(std::string_view bytes);
    // Adds "contract: LINE" on a line of its own. Error: system, the first failed write included.
    Result<> finish(std::string_view line);

    const std::string& tail() const { return tail_; }  // the last 256 KiB at most, whole lines

private:
    LogFile(os::Fd fd, std::string path, std::uint64_t limit)
        : fd_(std::move(fd)), path_(std::move(path)), limit_(limit) {}
    void put(std::string_view bytes);

    os::Fd fd_;
    std::string path_;
    std::uint64_t limit_;
    std::uint64_t written_ = 0;
    std::string tail_;
    bool cut_ = false;  // the tail no longer starts with the log's first line
    std::optional<Error> failed_;
};

}  // namespace contract::build
