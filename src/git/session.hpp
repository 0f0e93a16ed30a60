// SPDX-License-Identifier: Apache-2.0
//
// One attempt to talk to a server: where it goes, what it may send, and what was learnt about its failure
// beside libgit2's message. It outlives the remote that is made for it.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "contract/git/remote.hpp"
#include "credential.hpp"
#include "library.hpp"

namespace contract::git {

struct Session {
    const Location& location;
    const Access& access;
    const Login* login = nullptr;  // to be sent when the server asks; none at the first attempt
    // Takes the connection over instead of libgit2, to speak another version of the protocol. Gets the
    // transport below; true when it is done, else libgit2's error is set.
    std::function<bool(git_smart_subtransport&, const char* url)> take_over{};
    bool taken_over = false;  // and ended well

    std::string errors{};          // what `ssh` wrote to its standard error
    bool asked_for_login = false;  // over http
};

// What libgit2 needs to know for this session, redirects and headers included.
git_remote_connect_options connect_options(Session& session);
Result<OwnedRemote> make_remote(git_repository* repository, Session& session);
// Frees the remote first: only then has `ssh` ended and is all of what it wrote known.
Error fetch_failed(const Session& session, OwnedRemote remote);
// The bare repository at `path`; created when missing, completed when a kill left it half made.
Result<OwnedRepository> open_or_create(const std::string& path);
bool has_commit(git_repository* repository, const std::string& commit);

// Runs `attempt` without a login and, when the server asks for one, again with what `git credential` knows.
template <typename Attempt>
auto with_login(Session first, const Attempt& attempt) -> decltype(attempt(first)) {
    auto result = attempt(first);
    if (result || !first.asked_for_login) return result;
    TRY_ASSIGN(const auto login, find_login(first.location));
    if (!login) return std::move(result).error();
    Session second{first.location, first.access, &*login};
    return attempt(second);
}

}  // namespace contract::git
