// SPDX-License-Identifier: Apache-2.0
//
// units and timers: systemd's, of the machine or of whoever's home it is.
#include <algorithm>
#include <array>
#include <span>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "rendering.hpp"
#include "unit_file.hpp"

namespace contract::evaluation {

namespace {

constexpr std::array service_settings =
    std::to_array<std::string_view>({"Service.ExecStart", "Service.Type", "Service.User", "Service.Group",
                                     "Service.WorkingDirectory", "Service.Restart", "Unit.Description"});
constexpr std::array timer_settings = std::to_array<std::string_view>(
    {"Timer.OnCalendar", "Timer.OnBootSec", "Timer.OnStartupSec", "Timer.OnUnitActiveSec",
     "Timer.RandomizedDelaySec", "Timer.Persistent", "Timer.Unit", "Unit.Description"});

// Absolute, or in a home below it.
bool is_path(const Rendering& rendering, const std::string& text) {
    return path::is_absolute(text) || (rendering.is_home && text.size() > 2 && text.starts_with("~/"));
}

bool check_name(Rendering& rendering, const Declared& declared, const std::string& suffix) {
    if (is_name(declared.key)) return true;
    rendering.values(declared)
        .refuse("'" + harmless(declared.key) + "' is no name of a unit", declared.where)
        .help.push_back("letters, digits, '-' and '_'; '" + suffix + "' is added");
    return false;
}

void check_command(Rendering& rendering, const Declared& declared, HostValues& values,
                   const std::vector<std::string>& command) {
    if (declared.find("command") == nullptr) return;  // reported when it was merged
    if (command.empty()) {
        values.refuse("the command is empty", values.where("command"));
        return;
    }
    if (is_path(rendering, command[0]) && command[0].find('$') == std::string::npos) return;
    const Field& field = *declared.find("command");
    auto& finding = values.refuse(
        "the program '" + harmless(command[0]) + "' of '" + values.path() + "' is no absolute path",
        field.where_of(command[0]));
    if (rendering.is_home) finding.help.push_back("in a home, \"~/bin/tool\" is one too");
}

void check_directory(const Rendering& rendering, HostValues& values, const std::string& directory) {
    if (!directory.empty() && !is_path(rendering, directory))
        values.refuse("'" + values.path() + ".directory' is no absolute path", values.where("directory"));
}

Sections extra_of(const Declared& declared, HostValues& values, std::span<const std::string_view> ours) {
    Sections extra = values.sections("extra");
    const Field* field = declared.find("extra");
    for (const auto& [section, settings] : extra)
        for (const auto& [key, value] : settings)
            if (std::find(ours.begin(), ours.end(), section + "." + key) != ours.end())
                values.refuse(
                    "'" + section + "." + key + "' is rendered from an option of '" + values.path() + "'",
                    field->where_of_key(section, key, false));
    return extra;
}

// The unit, and a link that has it started.
void add_unit(Rendering& rendering, const Declared& declared, core::GenerationUnit unit, std::string text,
              const std::string& wanted_by, bool enable) {
    const std::string folder = rendering.is_home ? "systemd/user/" : "systemd/system/";
    const std::string option = rendering.values(declared).path();
    auto& entries = rendering.out.generation.entries;
    rendering.add_file(folder + unit.name, option, declared.where, std::move(text));
    unit.path = entries.back().path;
    unit.where = declared.where;
    if (enable) {
        rendering.add_file(folder + wanted_by + ".wants/" + unit.name, option, declared.where, "");
        entries.back().content = core::LinkEntry{"../" + unit.name};
        entries.back().mode = 0777;
    }
    rendering.out.generation.units.push_back(std::move(unit));
}

std::string started_by(Rendering& rendering, const Declared& timer) {
    const std::string unit = rendering.values(timer).text("unit");
    return unit.empty() ? timer.key + ".service" : unit;
}

bool has_timer(Rendering& rendering, const std::string& unit) {
    return std::any_of(rendering.entries.begin(), rendering.entries.end(), [&](const Declared& declared) {
        return declared.group == "timers" && started_by(rendering, declared) == unit;
    });
}

bool is_usable(const Rendering& rendering, const Declared& declared) {
    return !declared.doubtful && rendering.state.targets[rendering.target].usable();
}

void check_timer(Rendering& rendering, const Declared& declared, const TimerFile& file) {
    HostValues values = rendering.values(declared);
    if (declared.doubtful) return;
    if (file.calendar.empty() && file.after_boot.empty() && file.every.empty())
        rendering.state.fail(rendering.target, "missing-key",
                             "'" + values.path() + "' needs calendar, after_boot or every", declared.where);
    if (file.persistent && file.calendar.empty())
        values.refuse("'" + values.path() + ".persistent' is about a calendar, and there is none",
                      values.where("persistent"));
    if (values.has("unit") || rendering.find("units", declared.key) != nullptr) return;
    auto& finding = rendering.state.fail(rendering.target, "unknown-reference",
                                         "the timer '" + harmless(declared.key) + "' starts '" +
                                             harmless(file.unit) + "', which is no unit of the host",
                                         declared.where);
    std::vector<std::string> units;
    for (const Declared& other : rendering.entries)
        if (other.group == "units") units.push_back(other.key);
    if (const auto near = nearest(declared.key, units))
        finding.help.push_back("did you mean 'timers." + *near + "'?");
    finding.help.push_back("declare units." + declared.key + ", or say what it starts with `unit`");
}

}  // namespace

void render_service(Rendering& rendering, const Declared& declared) {
    if (!check_name(rendering, declared, ".service")) return;
    HostValues values = rendering.values(declared);
    UnitFile file;
    file.command = values.lines("command");
    check_command(rendering, declared, values, file.command);
    file.description = values.text("description");
    file.environment = values.variables("env");
    file.user = values.text("user");
    file.group = values.text("group");
    file.directory = values.text("directory");
    check_directory(rendering, values, file.directory);
    file.after = values.lines("after");
    file.wants = values.lines("wants");
    file.requires_units = values.lines("requires");
    file.restart = values.text("restart");
    file.type = values.text("type");
    file.extra = extra_of(declared, values, service_settings);
    file.wanted_by = rendering.is_home ? "default.target" : "multi-user.target";
    const std::string name = declared.key + ".service";
    const bool enable = values.flag("enable", !has_timer(rendering, name));
    if (!is_usable(rendering, declared)) return;
    add_unit(rendering, declared, {name, file.command[0], "", file.user, "", {}}, render_unit(file),
             file.wanted_by, enable);
}

void render_timer(Rendering& rendering, const Declared& declared) {
    if (!check_name(rendering, declared, ".timer")) return;
    HostValues values = rendering.values(declared);
    TimerFile file;
    file.description = values.text("description");
    file.calendar = values.lines("calendar");
    file.after_boot = values.text("after_boot");
    file.every = values.text("every");
    file.delay = values.text("delay");
    file.persistent = values.flag("persistent");
    file.unit = started_by(rendering, declared);
    file.extra = extra_of(declared, values, timer_settings);
    file.in_a_home = rendering.is_home;
    check_timer(rendering, declared, file);
    if (!is_usable(rendering, declared)) return;
    add_unit(rendering, declared, {declared.key + ".timer", "", file.unit, "", "", {}}, render_timer(file),
             "timers.target", values.flag("enable"));
}

}  // namespace contract::evaluation
