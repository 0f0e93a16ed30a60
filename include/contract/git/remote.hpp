// SPDX-License-Identifier: Apache-2.0
//
// Fetching from other repositories into bare ones of ours. https goes through libgit2, ssh through the `ssh`
// found in PATH with the user's own configuration, keys and known hosts, never asking anything; a local path
// or file: URL is read in place and never fetched. http is accepted too: what was fetched is compared with
// the lock by content, so only the first `lock` relies on the connection. Configuration of git that rewrites
// URLs (insteadOf) is not applied. No credentials are sent over http.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/base/result.hpp"
#include "contract/git/repository.hpp"

namespace contract::git {

enum class Transport { local, https, ssh };

struct Location {
    Transport transport = Transport::local;
    std::string url;   // https: as libgit2 takes it; ssh: as declared; local: the path
    std::string path;  // local: the absolute path; ssh: as the server gets it, which may be relative
    std::string user;  // ssh: empty when the configuration of `ssh` decides
    std::string host;  // ssh and https
    std::string port;  // ssh: empty when the configuration of `ssh` decides
};

// A path (relative to `base`), file:, https:, http:, ssh: or scp-like "user@host:path".
// Error: bad-url (other schemes, a password in the URL, a host, user or path that `ssh` could take for an
// option).
Result<Location> parse_location(std::string_view url, const std::string& base);

// As Repository::refs. Errors: fetch-failed with what the server or the network
// said; of a local one, those of Repository::open.
Result<std::vector<RemoteRef>> list_refs(const Location& location);

// Makes `commit` present in the bare repository at `path` (created when missing) by fetching `refs`, full
// names or "HEAD", or all branches and tags when there are none; a ref that the server does not have is
// passed over. Without a connection when the commit is already there. False when the refs were fetched and
// the commit is not among what they reach. The caller keeps others away from `path`. Requires a location that
// is not local. Error: fetch-failed.
Result<bool> fetch(const Location& location, const std::string& path, const std::vector<std::string>& refs,
                   const std::string& commit);

}  // namespace contract::git
