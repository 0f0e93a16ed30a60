// SPDX-License-Identifier: Apache-2.0
#include "contract/os/lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"

namespace contract::os {

Result<FileLock> FileLock::take(const std::string& path, Wait wait) {
    TRY_ASSIGN(Fd fd, open_file(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600));
    int status;
    do status = ::flock(fd.get(), LOCK_EX | (wait == Wait::no ? LOCK_NB : 0));
    while (status != 0 && errno == EINTR);
    if (status != 0 && errno == EWOULDBLOCK) {
        const auto holder = read_file(path, 64);
        const std::string who = holder && !holder->empty() ? " by process " + harmless(trim(*holder)) : "";
        return Error{"locked",
                     "'" + path + "' is held" + who,
                     Blame::environment,
                     {},
                     {},
                     {"wait until that process has ended, then run the command again"}};
    }
    if (status != 0) return system_error("lock", path, errno);
    // The pid is for people who find the lock held; the lock itself is the kernel's.
    if (::ftruncate(fd.get(), 0) != 0) return system_error("write", path, errno);
    TRY(write_all(fd.get(), std::to_string(::getpid()) + "\n", path));
    return FileLock(std::move(fd));
}

}  // namespace contract::os
