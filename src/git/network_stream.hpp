// SPDX-License-Identifier: Apache-2.0
//
// The plain socket below http and TLS. libgit2 1.5 has no time limits of its own (a server that accepts and
// then says nothing would hold `contract lock` for ever) and writes without MSG_NOSIGNAL; both are put right
// by giving it our socket.
#pragma once

#include "contract/git/remote.hpp"
#include "library.hpp"

namespace contract::git {

// How long one address may take to answer a connection.
inline constexpr int connect_limit_ms = 20'000;

// While it lives, whatever waits in this thread asks `access` whether to go on, and waits as long as it says.
class AccessScope {
public:
    explicit AccessScope(const Access& access);
    AccessScope(const AccessScope&) = delete;
    AccessScope& operator=(const AccessScope&) = delete;
    ~AccessScope();

private:
    const Access* before_;
};

// True, with libgit2's error set, when the present Access says so.
bool is_interrupted();
int silence_limit_ms();

// Waits until `fd` is ready for `events` (POLLIN, POLLOUT); false with libgit2's error set at the limit
// and when it is interrupted.
bool wait_ready(int fd, short events, int limit_ms, const std::string& peer);

// False with libgit2's error set when it refuses.
bool use_network_stream(const Library& library);

}  // namespace contract::git
