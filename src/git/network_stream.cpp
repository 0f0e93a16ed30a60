// SPDX-License-Identifier: Apache-2.0
#include "network_stream.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "contract/os/fd.hpp"

namespace contract::git {

namespace {

// How long an interruption may go unnoticed.
constexpr int slice_ms = 100;

// libgit2 makes streams without a word of who asked for them, in the thread that asked.
thread_local const Access* present = nullptr;

struct NetworkStream : git_stream {
    std::string host;
    std::string port;
    os::Fd socket;
};

NetworkStream& self(git_stream* stream) {
    return *static_cast<NetworkStream*>(stream);
}

int fail(const std::string& message) {
    git().git_error_set_str(GIT_ERROR_NET, message.c_str());
    return -1;
}

// Connects to one address; 0 or an errno value.
int connect_to(const addrinfo& address, os::Fd& out) {
    os::Fd fd(
        ::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address.ai_protocol));
    if (!fd) return errno;
    if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) != 0) {
        if (errno != EINPROGRESS) return errno;
        if (!wait_ready(fd.get(), POLLOUT, connect_limit_ms, "the address"))
            return is_interrupted() ? ECANCELED : ETIMEDOUT;
        int status = 0;
        socklen_t size = sizeof status;
        if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &status, &size) != 0) return errno;
        if (status != 0) return status;
    }
    out = std::move(fd);
    return 0;
}

int connect_stream(git_stream* stream) {
    auto& here = self(stream);
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int status = ::getaddrinfo(here.host.c_str(), here.port.c_str(), &hints, &found);
    if (status != 0) return fail("cannot find the host '" + here.host + "': " + ::gai_strerror(status));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
    int reason = ECONNREFUSED;
    for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
        reason = connect_to(*address, here.socket);
        if (reason == 0) return 0;
    }
    return fail("cannot connect to '" + here.host + "' port " + here.port + ": " + std::strerror(reason));
}

ssize_t read_stream(git_stream* stream, void* data, size_t size) {
    auto& here = self(stream);
    while (true) {
        const ssize_t got = ::recv(here.socket.get(), data, size, 0);
        if (got >= 0) return got;
        if (errno == EINTR) continue;
        if (errno != EAGAIN) return fail("cannot read from '" + here.host + "': " + std::strerror(errno));
        if (!wait_ready(here.socket.get(), POLLIN, silence_limit_ms(), here.host)) return -1;
    }
}

ssize_t write_stream(git_stream* stream, const char* data, size_t size, int /*flags*/) {
    auto& here = self(stream);
    while (true) {
        const ssize_t put = ::send(here.socket.get(), data, size, MSG_NOSIGNAL);
        if (put >= 0) return put;
        if (errno == EINTR) continue;
        if (errno != EAGAIN) return fail("cannot write to '" + here.host + "': " + std::strerror(errno));
        if (!wait_ready(here.socket.get(), POLLOUT, silence_limit_ms(), here.host)) return -1;
    }
}

int close_stream(git_stream* stream) {
    self(stream).socket.reset();
    return 0;
}

void free_stream(git_stream* stream) {
    delete &self(stream);
}

int make_stream(git_stream** out, const char* host, const char* port) {
    auto stream = std::make_unique<NetworkStream>();
    stream->version = GIT_STREAM_VERSION;
    stream->connect = connect_stream;
    stream->read = read_stream;
    stream->write = write_stream;
    stream->close = close_stream;
    stream->free = free_stream;
    stream->host = host;
    stream->port = port;
    *out = stream.release();
    return 0;
}

}  // namespace

bool wait_ready(int fd, short events, int limit_ms, const std::string& peer) {
    using Clock = std::chrono::steady_clock;
    const auto deadline = Clock::now() + std::chrono::milliseconds(limit_ms);
    while (!is_interrupted()) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        pollfd polled{fd, events, 0};
        const int ready =
            ::poll(&polled, 1, static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, slice_ms)));
        if (ready > 0) return true;
        if (ready == 0 && left.count() <= 0) {
            fail("'" + peer + "' was silent for " + std::to_string(limit_ms / 1000) + " seconds");
            return false;
        }
    }
    return false;
}

AccessScope::AccessScope(const Access& access) : before_(std::exchange(present, &access)) {}

AccessScope::~AccessScope() {
    present = before_;
}

bool is_interrupted() {
    if (present == nullptr || !present->interrupted || !present->interrupted()) return false;
    fail("the fetch was interrupted");
    return true;
}

int silence_limit_ms() {
    return present == nullptr ? Access{}.silence_ms : present->silence_ms;
}

bool use_network_stream(const Library& library) {
    git_stream_registration registration{};
    registration.version = GIT_STREAM_VERSION;
    registration.init = make_stream;
    return library.git_stream_register(GIT_STREAM_STANDARD, &registration) == 0;
}

}  // namespace contract::git
