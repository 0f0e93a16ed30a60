// SPDX-License-Identifier: Apache-2.0
#include "accounts.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>

#include "contract/base/text.hpp"
#include "contract/os/process.hpp"
#include "tree_view.hpp"

namespace contract::sandbox {

namespace {

bool is_taken(const std::vector<AccountLine>& own, const std::vector<std::string>& fields) {
    return std::any_of(own.begin(), own.end(), [&](const AccountLine& line) {
        return fields[0] == line.name || (fields.size() > 2 && fields[2] == line.number);
    });
}

// A directory service may know names that no line can hold.
std::string field(const char* text) {
    std::string out = text == nullptr ? "" : text;
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c == ':' || c == '\n'; }, ' ');
    return out;
}

AccountLine group_line(gid_t number) {
    const group* entry = ::getgrgid(number);
    AccountLine line;
    line.number = std::to_string(number);
    line.name = entry == nullptr ? "group" + line.number : field(entry->gr_name);
    line.text = line.name + ":x:" + line.number + ":";
    return line;
}

}  // namespace

std::string merged_accounts(const std::vector<AccountLine>& own, std::string_view text) {
    std::string out;
    for (const auto& line : own) out += line.text + "\n";
    for (const auto& line : split(text, '\n'))
        if (!line.empty() && !is_taken(own, split(line, ':'))) out.append(line).append("\n");
    return out;
}

std::vector<AccountLine> own_user(const std::string& tree) {
    const passwd* entry = ::getpwuid(::geteuid());
    AccountLine line;
    line.number = std::to_string(::geteuid());
    line.name = entry == nullptr ? "user" + line.number : field(entry->pw_name);
    const std::string home =
        entry == nullptr ? os::environment_variable("HOME").value_or("/") : field(entry->pw_dir);
    std::string shell = entry == nullptr ? "" : field(entry->pw_shell);
    if (!is_file_in(tree, shell)) shell = "/bin/sh";
    line.text = line.name + ":x:" + line.number + ":" + std::to_string(::getegid()) + ":" +
                (entry == nullptr ? "" : field(entry->pw_gecos)) + ":" + home + ":" + shell;
    return {line};
}

std::vector<AccountLine> own_groups() {
    std::vector<gid_t> numbers(65536);
    const int known = ::getgroups(static_cast<int>(numbers.size()), numbers.data());
    numbers.resize(known < 0 ? 0 : static_cast<std::size_t>(known));
    numbers.insert(numbers.begin(), ::getegid());
    std::vector<AccountLine> lines;
    for (const gid_t number : numbers) {
        const auto line = group_line(number);
        const bool known_already = std::any_of(lines.begin(), lines.end(), [&](const AccountLine& other) {
            return other.number == line.number;
        });
        if (!known_already) lines.push_back(line);
    }
    return lines;
}

}  // namespace contract::sandbox
