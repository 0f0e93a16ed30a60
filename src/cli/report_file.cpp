// SPDX-License-Identifier: Apache-2.0
#include "report_file.hpp"

#include <fcntl.h>

#include "contract/os/file.hpp"

namespace contract::cli {

namespace {

Result<> write_into(const std::string& path, std::string_view bytes) {
    // O_NONBLOCK: opening a FIFO would otherwise wait for somebody to read it.
    TRY_ASSIGN(const os::Fd fd, os::open_file(path, O_WRONLY | O_NONBLOCK | O_NOCTTY));
    const int flags = ::fcntl(fd.get(), F_GETFL);
    if (flags < 0 || ::fcntl(fd.get(), F_SETFL, flags & ~O_NONBLOCK) != 0)
        return os::system_error("write to", path, errno);
    return os::write_all(fd.get(), bytes, path);
}

}  // namespace

Result<> write_report_file(const std::string& path, std::string_view bytes) {
    TRY_ASSIGN(const auto there, os::status(path));
    if (!there || there->type == os::FileType::regular) return os::replace_file(path, bytes);
    if (there->type != os::FileType::symlink) return write_into(path, bytes);
    TRY_ASSIGN(const auto behind, os::target_status(path));
    if (behind && behind->type != os::FileType::regular) return write_into(path, bytes);
    TRY_ASSIGN(const auto real, os::real_path(path));
    return os::replace_file(real, bytes);
}

}  // namespace contract::cli
