// SPDX-License-Identifier: Apache-2.0
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "blobs.hpp"
#include "contract/os/file.hpp"

namespace contract::store {

namespace {

Result<> copy_through_memory(int from, int to, const std::string& name) {
    std::vector<char> buffer(std::size_t{1} << 17);
    for (;;) {
        const ssize_t got = ::read(from, buffer.data(), buffer.size());
        if (got == 0) return {};
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os::system_error("read for", name, errno);
        TRY(os::write_all(to, {buffer.data(), static_cast<std::size_t>(got)}, name));
    }
}

}  // namespace

Result<> copy_content(int from, int to, const std::string& name) {
    if (::ioctl(to, FICLONE, from) == 0) return {};
    for (;;) {
        const ssize_t copied = ::copy_file_range(from, nullptr, to, nullptr, std::size_t{1} << 30, 0);
        if (copied > 0) continue;
        if (copied < 0 && errno == EINTR) continue;
        if (copied < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EIO))
            return os::system_error("write", name, errno);
        // At the end, or the two file systems do not know this call: reading on finds out which. Both offsets
        // have moved along, so nothing is copied twice.
        return copy_through_memory(from, to, name);
    }
}

}  // namespace contract::store
