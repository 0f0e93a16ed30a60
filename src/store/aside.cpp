// SPDX-License-Identifier: Apache-2.0
#include "aside.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>

#include "contract/os/file.hpp"

namespace contract::store {

const timespec canonical_times[2] = {{canonical_mtime, 0}, {canonical_mtime, 0}};

mode_t mode_of(Kind kind) {
    return kind == Kind::executable ? 0555 : 0444;
}

Result<Aside> Aside::create(const std::string& home) {
    Aside aside;
    aside.path_ = home + "/tmp/blob.XXXXXX";
    aside.fd_ = os::Fd(::mkostemp(aside.path_.data(), O_CLOEXEC));
    if (aside.fd_) return aside;
    const int reason = errno;
    aside.path_.clear();
    return os::system_error("create a file below", home + "/tmp", reason);
}

Aside::~Aside() {
    if (!path_.empty()) ::unlink(path_.c_str());
}

Result<> make_canonical(int fd, Kind kind, const std::string& name) {
    struct stat raw {};
    if (::fstat(fd, &raw) != 0) return os::system_error("look at", name, errno);
    if (raw.st_uid != ::geteuid() && ::fchown(fd, ::geteuid(), ::getegid()) != 0)
        return os::system_error("take over", name, errno);
    if (::fchmod(fd, mode_of(kind)) != 0) return os::system_error("change the mode of", name, errno);
    // The time of access says when it was last made or found: see lease.hpp.
    const timespec times[2] = {{0, UTIME_NOW}, canonical_times[1]};
    if (::futimens(fd, times) != 0) return os::system_error("change the time of", name, errno);
    return {};
}

}  // namespace contract::store
