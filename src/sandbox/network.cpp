// SPDX-License-Identifier: Apache-2.0
#include "network.hpp"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

#include "record.hpp"

namespace contract::sandbox {

void raise_loopback() {
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) give_up(Step::loopback, "lo");
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
    if (::ioctl(fd, SIOCSIFFLAGS, &request) != 0) give_up(Step::loopback, "lo");
    ::close(fd);
}

void set_host_name(const std::string& name) {
    if (::sethostname(name.data(), name.size()) != 0) give_up(Step::host_name, name);
    constexpr std::string_view domain = "(none)";
    if (::setdomainname(domain.data(), domain.size()) != 0) give_up(Step::host_name, domain);
}

}  // namespace contract::sandbox
