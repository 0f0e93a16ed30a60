// SPDX-License-Identifier: Apache-2.0
#include "bytes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <vector>

#include "contract/os/file.hpp"

namespace contract::inputs {

Result<Bytes> bytes_of_file(const std::string& path) {
    constexpr std::size_t piece = std::size_t{1} << 16;
    TRY_ASSIGN(auto opened, os::open_file(path, O_RDONLY | O_NONBLOCK));
    struct stat raw {};
    if (::fstat(opened.get(), &raw) != 0) return os::system_error("look at", path, errno);
    if (!S_ISREG(raw.st_mode)) return os::system_error("read", path, S_ISDIR(raw.st_mode) ? EISDIR : EINVAL);
    const auto fd = std::make_shared<os::Fd>(std::move(opened));
    const auto buffer = std::make_shared<std::vector<char>>(piece);
    Bytes bytes;
    bytes.next = [fd, buffer, path]() -> Result<std::string_view> {
        ssize_t got = -1;
        do got = ::read(fd->get(), buffer->data(), buffer->size());
        while (got < 0 && errno == EINTR);
        if (got < 0) return os::system_error("read", path, errno);
        return std::string_view(buffer->data(), static_cast<std::size_t>(got));
    };
    bytes.seek = [fd, path](std::int64_t offset, int whence) -> Result<std::int64_t> {
        const auto at = ::lseek(fd->get(), offset, whence);
        if (at < 0) return os::system_error("seek in", path, errno);
        return std::int64_t{at};
    };
    return bytes;
}

}  // namespace contract::inputs
