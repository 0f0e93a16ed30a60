// SPDX-License-Identifier: Apache-2.0
//
// The tree every host starts from when nothing else is declared, and the accounts every Debian has.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "contract/core/generation.hpp"
#include "rehearsal_request.hpp"

namespace contract::activation {

// The names that may own files on a host.
struct KnownAccounts {
    std::set<std::string, std::less<>> users;
    std::set<std::string, std::less<>> groups;
    void add(const Accounts& accounts);
};

// The static accounts of base-passwd and the declared ones; a declared user brings a group of its name, as
// sysusers.d makes it.
KnownAccounts known_accounts(const core::Generation& generation);

// Directories, the links of a merged /usr, and /etc/passwd and /etc/group of those accounts.
Base skeleton(const KnownAccounts& accounts);

}  // namespace contract::activation
