// SPDX-License-Identifier: Apache-2.0
//
// What the user's and the system's own configuration say of results of others: whose are believed, where they
// are looked for, and what signs our own. Never anything of a repository's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contract/base/signature.hpp"

namespace contract::core {

struct ResultKeys {
    std::vector<PublicKey> trusted;      // results that one of these signed are taken
    std::optional<std::string> signing;  // absolute path of the secret key that signs what is copied away
    std::vector<std::string> caches;     // absolute directories and ssh:// addresses, asked in this order
    friend bool operator==(const ResultKeys&, const ResultKeys&) = default;
};

}  // namespace contract::core
