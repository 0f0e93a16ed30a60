// SPDX-License-Identifier: Apache-2.0
//
// Fetching from other repositories into bare ones of ours. https and git go through libgit2, ssh through the
// user's own `ssh`; a local path or file: URL is read in place and never fetched.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contract/base/result.hpp"
#include "contract/git/repository.hpp"

namespace contract::git {

enum class Transport { local, https, ssh };

struct Location {
    Transport transport = Transport::local;
    std::string url;   // as libgit2 takes it; ssh: ssh://user@host:port/path
    std::string path;  // local: the absolute path
};

// A path (relative to `base`), file:, https:, http:, ssh: or scp-like "user@host:path".
// Error: bad-url (other schemes, a password in the URL, an option-like host).
Result<Location> parse_location(std::string_view url, const std::string& base);

struct RemoteRef {
    std::string name;  // "refs/tags/v1"
    std::string id;    // annotated tags peeled
};
// Errors: fetch-failed with what the server or the network said.
Result<std::vector<RemoteRef>> list_refs(const Location& location);

// Makes `commit` present in the bare repository at `path` (created when missing) by fetching `refs`; false
// when the refs were fetched and the commit is not among what they reach.
Result<bool> fetch(const Location& location, const std::string& path, const std::vector<std::string>& refs,
                   const std::string& commit);

}  // namespace contract::git
