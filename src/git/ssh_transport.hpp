// SPDX-License-Identifier: Apache-2.0
//
// git over ssh through the program `ssh` instead of libssh2: libssh2 1.10 is refused by current servers for
// RSA keys, stumbles over the order of known_hosts and reads no configuration, so jump hosts, aliases and
// hardware keys would not work.
#pragma once

#include <string>
#include <vector>

#include "library.hpp"
#include "session.hpp"

namespace contract::git {

// The command that serves a fetch: ssh, options, "--", host, remote command.
std::vector<std::string> ssh_command(const Session& session);

int make_ssh_subtransport(git_smart_subtransport** out, git_transport* owner, void* session);

// A callback for git_remote_callbacks::transport with a Session as payload, which outlives the remote.
int make_ssh_transport(git_transport** out, git_remote* owner, void* payload);

}  // namespace contract::git
