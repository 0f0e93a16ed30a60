// SPDX-License-Identifier: Apache-2.0
#include "unit_file.hpp"

#include <algorithm>
#include <utility>

#include "contract/base/text.hpp"

namespace contract::evaluation {

namespace {

std::string doubled(std::string_view text, char sign) {
    std::string out;
    for (const char c : text) {
        if (c == sign) out += c;
        out += c;
    }
    return out;
}

bool needs_quotes(std::string_view text) {
    if (text.empty()) return true;
    return !std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("._/:=,@+-%$~").find(c) != std::string_view::npos;
    });
}

// Settings of one section in the order a person would write them.
using Settings = std::vector<std::pair<std::string, std::string>>;

void add(Settings& settings, const char* name, const std::string& value) {
    if (!value.empty()) settings.emplace_back(name, value);
}

// "~/x" → "%h/x": systemd knows whose home it is.
std::string place(const std::string& path, std::string escaped) {
    return path.starts_with("~/") ? escaped.replace(escaped.find('~'), 1, "%h") : escaped;
}

std::string command_line(const std::vector<std::string>& command) {
    std::string line;
    for (const auto& argument : command) {
        if (!line.empty()) line += ' ';
        const std::string word = doubled(quote_word(argument), '$');
        line += line.empty() ? place(argument, word) : word;
    }
    return line;
}

Settings service_settings(const UnitFile& unit) {
    Settings settings;
    add(settings, "Type", unit.type);
    add(settings, "ExecStart", command_line(unit.command));
    for (const auto& [name, value] : unit.environment)
        settings.emplace_back("Environment", quote_word(name + "=" + value));
    add(settings, "User", unit.user);
    add(settings, "Group", unit.group);
    add(settings, "WorkingDirectory", place(unit.directory, escape_specifiers(unit.directory)));
    add(settings, "Restart", unit.restart);
    return settings;
}

std::string quoted_field(const std::string& text) {
    if (text.empty()) return "-";
    return quote_word(text);
}

}  // namespace

bool is_one_line(std::string_view text) {
    const bool control = std::any_of(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
    });
    return !control && (text.empty() || text.back() != '\\');
}

std::string escape_specifiers(std::string_view text) {
    return doubled(text, '%');
}

std::string quote_word(std::string_view text) {
    const std::string escaped = escape_specifiers(text);
    if (!needs_quotes(escaped)) return escaped;
    std::string out = "\"";
    for (const char c : escaped) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\t') {
            out += "\\t";
        } else {
            out += c;
        }
    }
    return out + "\"";
}

namespace {

using Section = std::pair<std::string, Settings>;

std::string render_sections(std::vector<Section> sections, const Sections& extra) {
    for (const auto& [name, settings] : extra) {
        auto found = std::find_if(sections.begin(), sections.end(),
                                  [&section = name](const auto& entry) { return entry.first == section; });
        if (found == sections.end()) found = sections.insert(sections.end(), {name, {}});
        for (const auto& [key, value] : settings) found->second.emplace_back(key, value);
    }
    std::string text;
    for (const auto& [name, settings] : sections) {
        if (settings.empty()) continue;
        text += (text.empty() ? "[" : "\n[") + name + "]\n";
        for (const auto& [key, value] : settings) text += key + "=" + value + "\n";
    }
    return text;
}

}  // namespace

std::string render_unit(const UnitFile& unit) {
    Settings head;
    add(head, "Description", escape_specifiers(unit.description));
    add(head, "After", join(unit.after, " "));
    add(head, "Wants", join(unit.wants, " "));
    add(head, "Requires", join(unit.requires_units, " "));
    return render_sections({{"Unit", std::move(head)},
                            {"Service", service_settings(unit)},
                            {"Install", {{"WantedBy", unit.wanted_by}}}},
                           unit.extra);
}

std::string render_timer(const TimerFile& timer) {
    Settings head, settings;
    add(head, "Description", escape_specifiers(timer.description));
    for (const auto& one : timer.calendar) add(settings, "OnCalendar", escape_specifiers(one));
    // A user's own manager starts with the login; its clock of the boot is the machine's.
    add(settings, timer.in_a_home ? "OnStartupSec" : "OnBootSec", escape_specifiers(timer.after_boot));
    add(settings, "OnUnitActiveSec", escape_specifiers(timer.every));
    add(settings, "RandomizedDelaySec", timer.delay);
    if (timer.persistent) add(settings, "Persistent", "true");
    add(settings, "Unit", timer.unit);
    return render_sections({{"Unit", std::move(head)},
                            {"Timer", std::move(settings)},
                            {"Install", {{"WantedBy", "timers.target"}}}},
                           timer.extra);
}

std::string render_accounts(const std::vector<GroupLine>& groups, const std::vector<UserLine>& users) {
    std::string text;
    for (const auto& group : groups)
        text += "g " + group.name + " " + (group.id.empty() ? "-" : group.id) + "\n";
    for (const auto& user : users) {
        std::string id = user.id.empty() ? "-" : user.id;
        if (!user.group.empty()) id += ":" + user.group;
        text += "u " + user.name + " " + id + " " + quoted_field(user.description) + " " +
                quoted_field(user.home) + " " + quoted_field(user.shell) + "\n";
    }
    for (const auto& user : users)
        for (const auto& group : user.groups) text += "m " + user.name + " " + group + "\n";
    return text;
}

}  // namespace contract::evaluation
