// SPDX-License-Identifier: Apache-2.0
//
// Owners and groups by name: from the accounts of a tree (its /etc/passwd and /etc/group, never those of this
// process), or from a record beside the tree where this process may not change owners.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "contract/base/result.hpp"

namespace contract::activation {

struct Owner {
    std::string user;  // empty: not known
    std::string group;
    bool is_known() const { return !user.empty(); }
    friend bool operator==(const Owner&, const Owner&) = default;
};

// Name and number of every account, from the text of passwd(5) and group(5). Lines that make no sense are
// left out, as getent does.
struct Accounts {
    std::map<std::string, std::uint32_t, std::less<>> users;
    std::map<std::string, std::uint32_t, std::less<>> groups;
    static Accounts parse(std::string_view passwd, std::string_view group);
    // The names of two numbers; the number itself in decimal where no account has it.
    Owner names(std::uint32_t user, std::uint32_t group) const;
};

// Owners by path, for trees whose files all belong to one user.
class OwnerRecord {
public:
    // The file beside a tree; nothing there is an empty record. Errors: system; bad-owner-record.
    static Result<OwnerRecord> load(const std::string& file);
    Result<> save(const std::string& file) const;

    Owner of(std::string_view place) const;  // not known when it was never recorded
    void set(const std::string& place, const Owner& owner);
    void forget(const std::string& place);
    bool is_empty() const { return owners_.empty(); }

private:
    std::map<std::string, Owner, std::less<>> owners_;
};

// "<directory>.owners"
std::string owner_record_file(const std::string& directory);

}  // namespace contract::activation
