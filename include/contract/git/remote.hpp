// SPDX-License-Identifier: Apache-2.0
//
// Fetching from other repositories into bare ones of ours. https goes through libgit2, ssh through the `ssh`
// found in PATH with the user's own configuration, keys and known hosts, never asking anything; a local path
// or file: URL is read in place and never fetched. http is accepted too: what was fetched is compared with
// the lock by content, so only the first `lock` relies on the connection. Configuration of git that rewrites
// URLs (insteadOf) is not applied. A server that asks for a login over http gets what `git credential` knows
// for exactly this address, once, and never after a redirect.
#pragma once

#include <cstdint>
#include <functional>
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
    std::string name;  // what messages call it: the URL, or the one that a mirror stands in for
};

// What a transfer tells and asks while it runs, from the thread that called.
struct Access {
    std::function<void(std::uint64_t got, std::optional<std::uint64_t> total)>
        progress{};                       // bytes; may be empty
    std::function<bool()> interrupted{};  // polled; may be empty
    int silence_ms = 60'000;              // how long a peer may say nothing
};

// A path (relative to `base`), file:, https:, http:, ssh: or scp-like "user@host:path".
// Error: bad-url (other schemes, a password in the URL, a host, user or path that `ssh` could take for an
// option).
Result<Location> parse_location(std::string_view url, const std::string& base);

// As Repository::refs. Errors: fetch-failed with what the server or the network said; not-authorised;
// interrupted; of a local one, those of Repository::open.
Result<std::vector<RemoteRef>> list_refs(const Location& location, const Access& access = {});

// Makes `commit` present, with all of its history, in the bare repository at `path` (created when missing) by
// fetching `refs`, full names or "HEAD", or all branches and tags when there are none; a ref that the server
// does not have is passed over. Without a connection when the commit is already there. False when the refs
// were fetched and the commit is not among what they reach. The caller keeps others away from `path`.
// Requires a location that is not local. Errors: as list_refs.
Result<bool> fetch(const Location& location, const std::string& path, const std::vector<std::string>& refs,
                   const std::string& commit, const Access& access = {});

// One commit: by its id, or the one that the first of `names` that the server has leads to.
struct Wanted {
    std::vector<std::string> names;  // full names or "HEAD"; empty: `commit`
    std::string commit;
};
struct Snapshot {
    enum class State {
        pending,      // never returned
        present,      // it is in the repository
        no_such_ref,  // the server has none of the names
        refused,      // the server does not give it out: it is gone, or only tips are given out
        unsupported,  // the server speaks only the first version of the protocol, or has no shallow fetches
    };
    State state = State::pending;
    std::string name;    // the one of Wanted::names that was found
    std::string commit;  // annotated tags peeled
    std::string reason;  // what a server that refused it said
};

// Brings one commit without its history, in one connection, into the bare repository at `path`, which must be
// another one than those of fetch(). A commit that is already there costs no connection when it was wanted by
// its id. The caller keeps others away from `path`. Requires a location that is not local. Errors: as
// list_refs.
Result<Snapshot> fetch_snapshot(const Location& location, const std::string& path, const Wanted& wanted,
                                const Access& access = {});

}  // namespace contract::git
