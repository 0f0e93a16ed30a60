// SPDX-License-Identifier: Apache-2.0
//
// Logins for http, from the user's own configuration of git: `git credential fill`, run outside of every
// repository, asking nobody. A login is sent to the host it was looked up for, once, never after a redirect,
// and is neither stored nor shown; what a server refuses is not erased either, as it is not ours.
#pragma once

#include <optional>
#include <string>

#include "contract/git/remote.hpp"

namespace contract::git {

struct Login {
    std::string user;
    std::string password;
};

// None where nothing is configured for the host, or there is no program git. Error: system.
Result<std::optional<Login>> find_login(const Location& location);

}  // namespace contract::git
