// SPDX-License-Identifier: Apache-2.0
//
// One connection, address by address in the order of the name service. Not being able to connect is a fact,
// not an unknown: it is what this machine can reach.
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <memory>

#include "contract/os/fd.hpp"
#include "kinds.hpp"

namespace contract::runtime {

namespace {

using Clock = std::chrono::steady_clock;
using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

int left_ms(Clock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

// 0 when a connection was accepted, else the errno of the attempt.
int connect_to(const addrinfo& address, Clock::time_point deadline) {
    const os::Fd fd(
        ::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol));
    if (!fd) return errno;
    if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    for (;;) {
        pollfd polled{fd.get(), POLLOUT, 0};
        const int ready = ::poll(&polled, 1, left_ms(deadline));
        if (ready < 0 && errno == EINTR) continue;
        if (ready < 0) return errno;
        if (ready == 0) return ETIMEDOUT;
        int status = 0;
        socklen_t size = sizeof status;
        if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &status, &size) != 0) return errno;
        return status;
    }
}

std::string word_for(int errno_value) {
    if (errno_value == ECONNREFUSED) return "refused";
    if (errno_value == ETIMEDOUT) return "timeout";
    return "unreachable";
}

// Of several addresses, the answer that says most: something refused rather than nothing was there.
std::string best_word(const std::string& a, const std::string& b) {
    constexpr std::array order{"refused", "timeout", "unreachable"};
    for (const char* word : order)
        if (a == word || b == word) return word;
    return b;
}

bool is_ours(int errno_value) {  // the machine is short of something: nothing was learnt about the peer
    return errno_value == EMFILE || errno_value == ENFILE || errno_value == ENOBUFS || errno_value == ENOMEM;
}

}  // namespace

Facts observe_tcp(const Observation& observation) {
    const std::string& host = text_parameter(observation, "host");
    const std::int64_t port = integer_parameter(observation, "port");
    const auto started = Clock::now();
    const auto deadline = started + std::chrono::milliseconds(observation.timeout_ms);
    Facts out;
    const auto answer = [&](const std::string& error) {
        const auto took =
            std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started).count();
        out.source = host + ":" + std::to_string(port);
        out.facts["connected"] = Fact::known({error.empty()});
        out.facts["error"] = Fact::known({error});
        out.facts["milliseconds"] = Fact::known({static_cast<std::int64_t>(took)});
        return out;
    };
    if (port < 1 || port > 65535)
        return all_unknown(observation, "port " + std::to_string(port) + " is not between 1 and 65535");
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0)
        return answer("unresolved");
    const Addresses addresses(found, &::freeaddrinfo);
    int left = 0;
    for (const addrinfo* address = found; address != nullptr; address = address->ai_next) ++left;
    std::string error;
    for (const addrinfo* address = found; address != nullptr; address = address->ai_next, --left) {
        const auto share = std::chrono::milliseconds(left_ms(deadline) / left);
        const int status = connect_to(*address, std::min(deadline, Clock::now() + share));
        if (status == 0) return answer("");
        if (is_ours(status)) return all_unknown(observation, reason_of(status));
        error = error.empty() ? word_for(status) : best_word(error, word_for(status));
    }
    return answer(error);
}

}  // namespace contract::runtime
