// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <catch2/catch.hpp>
#include <cstring>

#include "contract/os/fd.hpp"
#include "sandboxed.hpp"

using namespace contract;
using sandbox::Namespace;
using test::Sandboxed;

namespace {

// The kernel completes a connection to a listening socket without anybody's accept.
template <typename Address>
os::Fd listener(int family, Address& address, socklen_t size) {
    os::Fd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    auto* general = reinterpret_cast<sockaddr*>(&address);
    if (!fd || ::bind(fd.get(), general, size) != 0 || ::listen(fd.get(), 8) != 0) return os::Fd();
    ::getsockname(fd.get(), general, &size);
    return fd;
}

void check_unreachable(const Sandboxed& box, const std::vector<std::string>& attack) {
    const auto setup = box.setup(attack);
    CHECK(box.run(setup).attack_refused());
    CHECK(box.run(Sandboxed::without(setup, Namespace::network)).attack_succeeded());
}

}  // namespace

TEST_CASE("a server of the machine cannot be reached over IPv4") {
    const Sandboxed box;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto server = listener(AF_INET, address, sizeof address);
    REQUIRE(server);
    check_unreachable(box, {"connect-ipv4", std::to_string(ntohs(address.sin_port))});
}

TEST_CASE("a server of the machine cannot be reached over IPv6") {
    const Sandboxed box;
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    const auto server = listener(AF_INET6, address, sizeof address);
    if (!server) {
        WARN("not tested: this machine has no IPv6 loopback");
        return;
    }
    check_unreachable(box, {"connect-ipv6", std::to_string(ntohs(address.sin6_port))});
}

TEST_CASE("a server of the machine cannot be reached over an abstract unix socket") {
    const Sandboxed box;
    const std::string name = "contract-test-" + std::to_string(::getpid());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path + 1, name.data(), name.size());
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    const auto server = listener(AF_UNIX, address, size);
    REQUIRE(server);
    check_unreachable(box, {"connect-abstract", name});
}

TEST_CASE("a sealed process can talk to itself over its own loopback") {
    const Sandboxed box;
    auto setup = box.setup({"loopback"});
    CHECK(box.run(setup).attack_succeeded());
    setup.loopback = false;
    CHECK(box.run(setup).attack_refused());
}
