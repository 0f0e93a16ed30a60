// SPDX-License-Identifier: Apache-2.0
//
// A host's options → its generation, entry by entry. Everything that is declared ends as files and
// directories with an owner and a place in the declaration; activation decides nothing of what they hold.
#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "host_modules.hpp"
#include "host_options.hpp"
#include "host_values.hpp"
#include "hosts.hpp"
#include "standing.hpp"
#include "unit_file.hpp"

namespace contract::evaluation {

namespace {

constexpr std::string_view unit_folder = "/etc/systemd/system/";

class HostBuilder {
public:
    HostBuilder(State& state, std::size_t target) : state_(state), target_(target) {}

    void add(const Declared& declared) {
        HostValues values(state_, target_, declared);
        if (declared.group == "files") return file(declared, values);
        if (declared.group == "directories") return directory(declared, values);
        if (declared.group == "units") return unit(declared, values);
        if (!is_account(declared.key)) {
            values.refuse("'" + harmless(declared.key) + "' is no name of a user or group", declared.where);
            return;
        }
        if (declared.group == "users") return user(declared, values);
        group(declared, values);
    }

    core::Generation take() {
        add_accounts();
        const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
        std::stable_sort(generation_.entries.begin(), generation_.entries.end(),
                         [](const auto& a, const auto& b) { return a.path < b.path; });
        std::sort(generation_.units.begin(), generation_.units.end(), by_name);
        std::sort(generation_.users.begin(), generation_.users.end(), by_name);
        std::sort(generation_.groups.begin(), generation_.groups.end(), by_name);
        return std::move(generation_);
    }

private:
    // The entry for a path that is the key of a table.
    std::optional<core::GenerationEntry> start(const Declared& declared, HostValues& values) {
        const std::string& path = declared.key;
        const bool control = std::any_of(path.begin(), path.end(), [](char c) {
            return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
        });
        if (!path::is_absolute(path) || path::normalise(path) != path || path == "/" || control) {
            values.refuse("'" + harmless(path) + "' is no absolute path of a file in its shortest form",
                          declared.where);
            return std::nullopt;
        }
        core::GenerationEntry entry;
        entry.path = path;
        entry.option = values.path();
        entry.where = declared.where;
        return entry;
    }

    void file(const Declared& declared, HostValues& values) {
        auto entry = start(declared, values);
        const int contents = values.has("text") + values.has("source") + values.has("symlink");
        if (contents > 1)
            values.refuse("'" + values.path() + "' has more than one of text, source and symlink",
                          declared.where);
        if (contents == 0) {
            // A content of the wrong type has been reported as that.
            if (!declared.doubtful)
                state_.fail(target_, "missing-key", "'" + values.path() + "' needs text, source or symlink",
                            declared.where);
            return;
        }
        if (!entry || contents > 1) return;
        entry->owner = values.account("owner");
        entry->group = values.account("group");
        if (values.word("on_collision") == "save") entry->on_collision = core::OnCollision::save;
        if (values.has("text")) {
            entry->content = core::FileText{values.text("text")};
        } else if (values.has("source")) {
            source(values, *entry);
        } else {
            link(values, *entry);
        }
        if (!values.has("symlink")) entry->mode = values.mode("mode");
        generation_.entries.push_back(std::move(*entry));
    }

    void link(HostValues& values, core::GenerationEntry& entry) {
        const std::string target = values.line("symlink");
        if (target.empty()) values.refuse("the target of a symbolic link is empty", values.where("symlink"));
        if (values.has("mode")) values.refuse("a symbolic link has no mode", values.where("mode"));
        entry.content = core::LinkEntry{target};
        entry.mode = 0777;
    }

    void source(HostValues& values, core::GenerationEntry& entry) {
        const std::string text = values.text("source");
        if (text.compare(0, 2, "./") == 0) {
            const LoadedModule& module = values.module("source");
            auto bytes =
                state_.scopes[module.scope].files->read(path::normalise(path::join(module.folder, text)));
            if (!bytes) return state_.fail(target_, bytes.error(), values.where("source"));
            entry.content = core::FileText{std::move(*bytes)};
            return;
        }
        const std::string folder = std::string(core::store_directory) + "/";
        const std::size_t slash = text.find('/', folder.size());
        if (text.compare(0, folder.size(), folder) == 0 && slash != std::string::npos &&
            slash + 1 < text.size()) {
            auto output = core::StorePath::parse(text.substr(0, slash));
            const std::string relative = path::normalise(text.substr(slash + 1));
            if (output && relative != "." && relative.compare(0, 2, "..") != 0 && is_known(*output)) {
                entry.content = core::FileInStore{*output, relative};
                return;
            }
        }
        if (text.empty()) return;  // reported while it was rendered
        values
            .refuse(values.shown("source", text) + " is no file of the contract or of a package",
                    values.where("source"))
            .help.push_back("write \"./path\", or \"${{ packages.NAME }}/path\"");
    }

    // Only what this host needs is there when it is activated.
    bool is_known(const core::StorePath& output) const {
        return std::any_of(state_.paths.begin(), state_.paths.end(),
                           [&](const auto& entry) { return entry.second == output; });
    }

    void directory(const Declared& declared, HostValues& values) {
        auto entry = start(declared, values);
        if (!entry) return;
        entry->content = core::FolderEntry{};
        entry->mode = values.mode("mode");
        entry->owner = values.account("owner");
        entry->group = values.account("group");
        generation_.entries.push_back(std::move(*entry));
    }

    std::vector<std::string> unit_names(HostValues& values, const std::string& name) {
        auto names = values.lines(name);
        for (const auto& unit : names) {
            const bool plain = !unit.empty() && std::all_of(unit.begin(), unit.end(), [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("_.-:@\\").find(c) != std::string_view::npos;
            });
            if (!plain || unit.find('.') == std::string::npos)
                values.refuse(values.shown(name, unit) + " is no unit", values.where(name))
                    .help.push_back("write it with its kind, such as \"network-online.target\"");
        }
        return names;
    }

    void check_command(const Declared& declared, HostValues& values,
                       const std::vector<std::string>& command) {
        if (!declared.find("command")) return;  // reported when it was read
        if (command.empty()) {
            values.refuse("the command is empty", values.where("command"));
        } else if (!path::is_absolute(command[0]) || command[0].find('$') != std::string::npos) {
            values.refuse(
                "the program '" + harmless(command[0]) + "' of '" + values.path() + "' is no absolute path",
                values.where("command"));
        }
    }

    void check_extra(const Declared& declared, HostValues& values, const UnitFile& unit) {
        for (const auto& [section, settings] : unit.extra)
            for (const auto& [key, value] : settings)
                for (const std::string_view ours :
                     {"Service.ExecStart", "Service.Type", "Service.User", "Service.Group",
                      "Service.WorkingDirectory", "Service.Restart", "Unit.Description"})
                    if (section + "." + key == ours)
                        values.refuse("'" + std::string(ours) + "' is rendered from an option of '" +
                                          declared.key + "'",
                                      values.where("extra"));
    }

    void unit(const Declared& declared, HostValues& values) {
        const std::string& name = declared.key;
        if (!is_name(name)) {
            values.refuse("'" + harmless(name) + "' is no name of a unit", declared.where)
                .help.push_back("letters, digits, '-' and '_'; '.service' is added");
            return;
        }
        UnitFile file;
        file.command = values.lines("command");
        check_command(declared, values, file.command);
        file.description = values.line("description");
        file.environment = values.table("env");
        file.user = values.account("user");
        file.group = values.account("group");
        file.directory = values.absolute("directory");
        file.after = unit_names(values, "after");
        file.wants = unit_names(values, "wants");
        file.requires_units = unit_names(values, "requires");
        file.restart = values.word("restart");
        file.type = values.word("type");
        file.extra = values.tables("extra");
        check_extra(declared, values, file);
        const bool enable = values.flag("enable");
        if (declared.doubtful || !state_.targets[target_].usable()) return;
        add_unit(declared, values, file, enable);
    }

    void add_unit(const Declared& declared, HostValues& values, const UnitFile& file, bool enable) {
        const std::string name = declared.key + ".service";
        core::GenerationEntry entry;
        entry.path = std::string(unit_folder) + name;
        entry.option = values.path();
        entry.where = declared.where;
        entry.content = core::FileText{render_unit(file)};
        generation_.units.push_back({name, file.command[0], file.user, entry.path, declared.where});
        core::GenerationEntry wanted = entry;
        generation_.entries.push_back(std::move(entry));
        if (!enable) return;
        wanted.path = std::string(unit_folder) + "multi-user.target.wants/" + name;
        wanted.content = core::LinkEntry{"../" + name};
        wanted.mode = 0777;
        generation_.entries.push_back(std::move(wanted));
    }

    void user(const Declared& declared, HostValues& values) {
        users_.push_back({declared.key, values.number("uid"), values.account("group"),
                          values.line("description"), values.absolute("home"), values.absolute("shell")});
        generation_.users.push_back({declared.key, declared.where});
        note_account(declared);
    }

    void group(const Declared& declared, HostValues& values) {
        groups_.push_back({declared.key, values.number("gid")});
        generation_.groups.push_back({declared.key, declared.where});
        note_account(declared);
    }

    void note_account(const Declared& declared) {
        if (!accounts_where_ || declared.where.begin_byte < accounts_where_->begin_byte) {
            accounts_where_ = declared.where;
            accounts_option_ = declared.group;
        }
    }

    void add_accounts() {
        if (!accounts_where_) return;
        const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
        std::sort(users_.begin(), users_.end(), by_name);
        std::sort(groups_.begin(), groups_.end(), by_name);
        core::GenerationEntry entry;
        entry.path = "/etc/sysusers.d/contract.conf";
        entry.option = accounts_option_;
        entry.where = *accounts_where_;
        entry.content = core::FileText{render_accounts(groups_, users_)};
        generation_.entries.push_back(std::move(entry));
    }

    State& state_;
    std::size_t target_;
    core::Generation generation_;
    std::vector<UserLine> users_;
    std::vector<GroupLine> groups_;
    std::optional<Span> accounts_where_;
    std::string accounts_option_;
};

}  // namespace

std::optional<core::Generation> render_host(State& state, std::size_t target, const HostRun& run) {
    HostBuilder builder(state, target);
    for (const Declared& declared : read_entries(run)) builder.add(declared);
    if (!state.targets[target].usable()) return std::nullopt;
    return builder.take();
}

}  // namespace contract::evaluation
