// SPDX-License-Identifier: Apache-2.0
#include "log_file.hpp"

#include <fcntl.h>

#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/os/file.hpp"
#include "contract/store/log.hpp"

namespace contract::build {

namespace {
constexpr std::size_t tail_size = 256u << 10;
}

Result<LogFile> LogFile::create(const std::string& path, std::uint64_t limit) {
    TRY(os::make_directories(path::parent(path)));
    TRY(store::forget_compressed_log(path));
    TRY_ASSIGN(auto fd, os::open_file(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0644));
    return LogFile(std::move(fd), path, limit);
}

void LogFile::put(std::string_view bytes) {
    if (failed_ || bytes.empty()) return;
    if (auto written = os::write_all(fd_.get(), bytes, path_); !written) failed_ = std::move(written).error();
}

void LogFile::write(std::string_view bytes) {
    const std::uint64_t room = limit_ - std::min(limit_, written_);
    bytes = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes.size())));
    put(bytes);
    written_ += bytes.size();
    tail_.append(bytes);
    // Cut rarely and by much: moving the text at every write would cost more than the write.
    if (tail_.size() > 2 * tail_size) {
        tail_.erase(0, tail_.size() - tail_size);
        cut_ = true;
    }
}

Result<> LogFile::finish(std::string_view line) {
    if (!tail_.empty() && tail_.back() != '\n') put("\n");
    put("contract: " + std::string(line) + "\n");
    fd_.reset();
    if (tail_.size() > tail_size) {
        tail_.erase(0, tail_.size() - tail_size);
        cut_ = true;
    }
    if (cut_) {
        const auto first_line = tail_.find('\n');
        if (first_line != std::string::npos) tail_.erase(0, first_line + 1);
    }
    if (failed_) return *failed_;
    return {};
}

}  // namespace contract::build
