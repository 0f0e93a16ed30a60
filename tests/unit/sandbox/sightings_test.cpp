// SPDX-License-Identifier: Apache-2.0
//
// This process stands for the sealed one: its memory and files are looked at in the same way.
#include "sightings.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>

#include "skip.hpp"
#include "temporary.hpp"

using namespace contract;
using sandbox::Arguments;
using sandbox::Sightings;

namespace {

const sandbox::Caller& myself() {
    static const sandbox::Caller caller(::getpid(), 0);
    return caller;
}

std::uint64_t address_of(const void* data) {
    return reinterpret_cast<std::uint64_t>(data);
}

void look_at(Sightings& sightings, const char* path, int folder = AT_FDCWD, bool still_waiting = true) {
    const Arguments arguments{static_cast<std::uint64_t>(folder), address_of(path), 0, 0, 0, 0};
    sightings.add(SYS_newfstatat, arguments, myself(), [&] { return still_waiting; });
}

template <typename Address>
std::string text_of(const Address& address, std::size_t size = sizeof(Address)) {
    return sandbox::address_text(std::string(reinterpret_cast<const char*>(&address), size));
}

std::string inet(const char* host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    ::inet_pton(AF_INET, host, &address.sin_addr);
    return text_of(address);
}

}  // namespace

TEST_CASE("each path is seen once, absolute or below the folder it starts at") {
    const test::TempDir directory("/tmp");  // of what is below /dev nothing is kept
    directory.write("there", "");
    const os::Fd folder(::open(directory.path().c_str(), O_PATH | O_CLOEXEC));
    Sightings sightings;
    look_at(sightings, "there", folder.get());
    look_at(sightings, "not/../../x", folder.get());
    look_at(sightings, (directory / "there").c_str());
    look_at(sightings, "");
    look_at(sightings, "/proc/self/status");
    look_at(sightings, "/never/seen", AT_FDCWD, false);
    const auto seen = std::move(sightings).result();
    REQUIRE(seen.look_ups.size() == 2);
    // Where it cannot be told what is there, nothing is said to be missing.
    const bool can_tell = test::has_openat2();
    for (const auto& one : seen.look_ups) CHECK(one.found == (!can_tell || one.path == directory / "there"));
    CHECK(seen.can_tell == can_tell);
    CHECK(seen.whole);
}

TEST_CASE("a pointer into nothing, and a text without an end, are passed over") {
    Sightings sightings;
    look_at(sightings, reinterpret_cast<const char*>(16));
    const std::string endless(100'000, 'x');
    look_at(sightings, endless.c_str());
    CHECK(std::move(sightings).result().look_ups.empty());
}

TEST_CASE("more paths than are kept are told as such") {
    Sightings sightings;
    for (int i = 0; i < 6000; ++i) {
        const std::string path = "/no/" + std::to_string(i) + std::string(4000, 'x');
        look_at(sightings, path.c_str());
    }
    const auto seen = std::move(sightings).result();
    CHECK_FALSE(seen.whole);
    CHECK(seen.look_ups.size() > 3000);
    CHECK(seen.look_ups.size() < 5000);
}

TEST_CASE("addresses read as people write them, and the sandbox's own are left out") {
    CHECK(inet("140.82.121.4", 443) == "140.82.121.4:443");
    CHECK(inet("127.0.0.1", 8080).empty());
    CHECK(inet("127.0.0.1", 53) == "127.0.0.1:53");
    CHECK(inet("0.0.0.0", 8080).empty());
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(443);
    ::inet_pton(AF_INET6, "2606:50c0::153", &six.sin6_addr);
    CHECK(text_of(six) == "[2606:50c0::153]:443");
    six.sin6_addr = in6addr_loopback;
    CHECK(text_of(six).empty());
    six.sin6_addr = in6addr_any;
    CHECK(text_of(six).empty());
    ::inet_pton(AF_INET6, "::ffff:127.0.0.1", &six.sin6_addr);
    CHECK(text_of(six).empty());
    ::inet_pton(AF_INET6, "::ffff:192.0.2.1", &six.sin6_addr);
    CHECK(text_of(six) == "[::ffff:192.0.2.1]:443");
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    std::strcpy(local.sun_path, "/run/docker.sock");
    CHECK(text_of(local) == "/run/docker.sock");
    CHECK(text_of(local, 2).empty());
    std::strcpy(local.sun_path, "/var/run/nscd/socket");
    CHECK(text_of(local).empty());
    CHECK(sandbox::address_text("").empty());
    CHECK(sandbox::address_text("x").empty());
    CHECK(sandbox::address_text(std::string("\x02\x00", 2)).empty());
}
