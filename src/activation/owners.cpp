// SPDX-License-Identifier: Apache-2.0
#include "owners.hpp"

#include <charconv>

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "encoding.hpp"

namespace contract::activation {

namespace {

constexpr std::string_view record_format = "contract owners 1";

void parse_accounts(std::string_view text, std::map<std::string, std::uint32_t, std::less<>>& found) {
    for (const auto& line : split(text, '\n')) {
        const auto fields = split(line, ':');
        if (fields.size() < 3 || fields[0].empty()) continue;
        std::uint32_t number = 0;
        const char* end = fields[2].data() + fields[2].size();
        const auto parsed = std::from_chars(fields[2].data(), end, number);
        if (parsed.ec == std::errc{} && parsed.ptr == end) found.emplace(fields[0], number);
    }
}

std::string name_of(const std::map<std::string, std::uint32_t, std::less<>>& accounts, std::uint32_t number) {
    if (number == 0) return "root";  // whatever else an administrator calls it
    for (const auto& [name, known] : accounts)
        if (known == number) return name;
    return std::to_string(number);
}

}  // namespace

Accounts Accounts::parse(std::string_view passwd, std::string_view group) {
    Accounts accounts;
    parse_accounts(passwd, accounts.users);
    parse_accounts(group, accounts.groups);
    // A directory may stand for a host without having its accounts: 0 is root everywhere.
    accounts.users.emplace("root", 0);
    accounts.groups.emplace("root", 0);
    return accounts;
}

Owner Accounts::names(std::uint32_t user, std::uint32_t group) const {
    return {name_of(users, user), name_of(groups, group)};
}

Result<OwnerRecord> OwnerRecord::load(const std::string& file) {
    OwnerRecord record;
    TRY_ASSIGN(const auto there, os::status(file));
    if (!there) return record;
    TRY_ASSIGN(const auto bytes, os::read_file(file));
    Reader reader(bytes);
    const bool known_format = reader.text() == record_format;
    for (std::size_t left = reader.count(); left > 0; --left) {
        std::string place = reader.text();
        std::string user = reader.text();
        record.owners_[std::move(place)] = {std::move(user), reader.text()};
    }
    // A damaged record is never taken for an empty one: then every owner would silently be "not known".
    if (!known_format || !reader.at_end())
        return Error{"bad-owner-record",
                     "'" + harmless(file) + "' is not a whole record of owners",
                     Blame::environment,
                     {},
                     {},
                     {}};
    return record;
}

Result<> OwnerRecord::save(const std::string& file) const {
    Writer writer;
    writer.text(record_format).number(owners_.size());
    for (const auto& [place, owner] : owners_) writer.text(place).text(owner.user).text(owner.group);
    return os::replace_file(file, writer.bytes(), 0600);
}

Owner OwnerRecord::of(std::string_view place) const {
    const auto found = owners_.find(place);
    return found == owners_.end() ? Owner{} : found->second;
}

void OwnerRecord::set(const std::string& place, const Owner& owner) {
    if (owner.is_known())
        owners_[place] = owner;
    else
        owners_.erase(place);
}

void OwnerRecord::forget(const std::string& place) {
    owners_.erase(place);
}

std::string owner_record_file(const std::string& directory) {
    return directory + ".owners";
}

}  // namespace contract::activation
