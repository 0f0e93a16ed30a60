// SPDX-License-Identifier: Apache-2.0
//
// /etc/passwd and /etc/group as a caller sees them in a root: those of the root, and the caller's own lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace contract::sandbox {

// A line of passwd(5) or group(5), name and number apart.
struct AccountLine {
    std::string name;
    std::string number;
    std::string text;  // whole, without the line ending
};

// `own` first, then the lines of `text` that have neither a name nor a number of those.
std::string merged_accounts(const std::vector<AccountLine>& own, std::string_view text);

// Of this process, from this machine's accounts, with /bin/sh for a shell that `tree` lacks.
std::vector<AccountLine> own_user(const std::string& tree);
std::vector<AccountLine> own_groups();

}  // namespace contract::sandbox
