// SPDX-License-Identifier: Apache-2.0
//
// Commits and where they are read: a local repository in place, any other in a copy below the store's home.
// A copy has two repositories: single commits without their history, which is all that a usual server has to
// send, and whole history for servers that cannot do that and for questions about ancestors. Copies only hold
// what was fetched: one that turns out damaged is removed and made anew.
#pragma once

#include <functional>

#include "contract/git/remote.hpp"
#include "kinds.hpp"

namespace contract::inputs {

// Where `url` is fetched from: mirrors applied; its `name` is the declared address. Errors: bad-url.
Result<git::Location> location_of(const std::string& url, const std::string& base, const Context& context);

// What a ref of the manifest may mean at a server, first match first.
std::vector<std::string> full_names(const std::string& ref);

// What a ref leads to.
struct Tip {
    git::Commit commit;
    std::string name;  // full: "refs/heads/main", "HEAD"
};
// `ref` may be empty: HEAD. Errors: ref-missing, offline, those of fetching.
Result<Tip> find_tip(const git::Location& location, const std::string& ref, const Context& context);

// The newest commit of the branch `tip` that is not younger than `time` (seconds since 1970), or that is
// `known` (may be empty), along first parents; none where there is none.
Result<std::optional<git::Commit>> older_commit(const git::Location& location, const Tip& tip,
                                                std::int64_t time, const std::string& known,
                                                const Context& context);

// Calls `use` with a repository that has `rev`, fetched through `ref` or anything else where it is not here
// yet. Other processes are kept away from a copy meanwhile, so `use` must not ask for another one. It may be
// called twice. Errors: pin-unreachable, offline, those of fetching and of `use`.
using Use = std::function<Result<>(const git::Repository&)>;
Result<> with_commit(const git::Location& location, const std::string& ref, const std::string& rev,
                     const Context& context, const Use& use);

// Fetches, for `differences` and without a promise, the history that leads from one commit to another.
void bring_history(const git::Location& location, const std::string& ref, const std::string& from,
                   const std::string& to, const Context& context);

Error pin_unreachable(const std::string& rev, const git::Location& location);

}  // namespace contract::inputs
