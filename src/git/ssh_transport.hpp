// SPDX-License-Identifier: Apache-2.0
//
// git over ssh through the program `ssh` instead of libssh2: libssh2 1.10 is refused by current servers for
// RSA keys, stumbles over the order of known_hosts and reads no configuration, so jump hosts, aliases and
// hardware keys would not work.
#pragma once

#include <string>
#include <vector>

#include "contract/git/remote.hpp"
#include "library.hpp"

namespace contract::git {

// One connection attempt: what it goes to, and what was learnt about its failure beside libgit2's message.
struct Session {
    const Location& location;
    std::string errors;            // what `ssh` wrote to its standard error
    bool asked_for_login = false;  // over http
};

// The command that serves a fetch of `location`: ssh, options, "--", host, remote command.
std::vector<std::string> ssh_command(const Location& location);

// A callback for git_remote_callbacks::transport with a Session as payload, which outlives the remote.
int make_ssh_transport(git_transport** out, git_remote* owner, void* payload);

}  // namespace contract::git
