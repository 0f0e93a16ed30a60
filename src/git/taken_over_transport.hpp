// SPDX-License-Identifier: Apache-2.0
//
// A connection of libgit2 without libgit2's protocol: proxies, TLS, logins, redirects and ssh are its
// business as ever, and what is said is that of Session::take_over.
#pragma once

#include "library.hpp"

namespace contract::git {

// A callback for git_remote_callbacks::transport with a Session as payload: gives the connection to
// Session::take_over as soon as there is one. Connecting then ends with an error that means nothing; what
// counts is Session::taken_over.
int make_taken_over_transport(git_transport** out, git_remote* owner, void* payload);

}  // namespace contract::git
