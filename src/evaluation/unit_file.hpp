// SPDX-License-Identifier: Apache-2.0
//
// systemd's text formats, rendered with escaping: a value can never end its setting, name a specifier or
// become a second command. What a format cannot carry (a newline) is for the caller to refuse first: see
// is_one_line().
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace contract::evaluation {

// No control characters but tab, and no backslash at the end, which would join the next line.
bool is_one_line(std::string_view text);

std::string escape_specifiers(std::string_view text);  // "%" → "%%"
// One word of a list: quoted where needed, with C escapes.
std::string quote_word(std::string_view text);

using Sections = std::map<std::string, std::map<std::string, std::string>>;  // → setting → raw text

struct UnitFile {
    std::vector<std::string> command;  // command[0] is absolute, or "~/…" below a home, and has no '$'
    std::string description;
    std::map<std::string, std::string> environment;
    std::string user;
    std::string group;
    std::string directory;  // as command[0]
    std::vector<std::string> after;
    std::vector<std::string> wants;
    std::vector<std::string> requires_units;
    std::string restart;
    std::string type;
    Sections extra;
    std::string wanted_by;  // "multi-user.target"
};
// Requires is_one_line of every string, here and below.
std::string render_unit(const UnitFile& unit);

struct TimerFile {
    std::string description;
    std::vector<std::string> calendar;
    std::string after_boot, every, delay;
    bool persistent = false;
    std::string unit;  // "backup.service"
    Sections extra;
    bool in_a_home = false;
};
std::string render_timer(const TimerFile& timer);

struct UserLine {
    std::string name, id, group, description, home, shell;
    std::vector<std::string> groups;
};
struct GroupLine {
    std::string name, id;
};
// sysusers.d(5): groups first, since users name them.
std::string render_accounts(const std::vector<GroupLine>& groups, const std::vector<UserLine>& users);

}  // namespace contract::evaluation
