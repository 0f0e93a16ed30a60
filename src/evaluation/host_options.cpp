// SPDX-License-Identifier: Apache-2.0
#include "host_options.hpp"

#include <algorithm>
#include <array>

#include "contract/base/text.hpp"
#include "interpolation.hpp"

namespace contract::evaluation {

namespace {

using enum OptionType;

constexpr std::array options = std::to_array<HostOption>({
    {"files", "text", string, "", "", false, "the bytes of the file"},
    {"files", "source", string, "", "", false,
     "a tracked file \"./x\", or a file in a package \"${{ packages.p }}/share/x\""},
    {"files", "symlink", string, "", "", false, "the target of a symbolic link instead of a file"},
    {"files", "mode", mode, "\"0644\"", "", false, "permission bits, octal"},
    {"files", "owner", account, "\"root\"", "", false, "the user that owns it"},
    {"files", "group", account, "\"root\"", "", false, "the group that owns it"},
    {"files", "on_collision", word, "\"refuse\"", "refuse save", false,
     "what happens to a file that is already there: refuse to activate, or save it and put it back later"},
    {"directories", "mode", mode, "\"0755\"", "", false, "permission bits, octal"},
    {"directories", "owner", account, "\"root\"", "", false, "the user that owns it"},
    {"directories", "group", account, "\"root\"", "", false, "the group that owns it"},
    {"units", "command", strings, "", "", true,
     "the program and its arguments, no shell; the program is an absolute path"},
    {"units", "description", string, "", "", false, "one line for people"},
    {"units", "env", table, "", "", false, "environment variables"},
    {"units", "user", account, "", "", false, "the user it runs as; root when nothing is said"},
    {"units", "group", account, "", "", false, "the group it runs as"},
    {"units", "directory", string, "", "", false, "the working directory, absolute"},
    {"units", "after", strings, "", "", false, "units that are started before this one"},
    {"units", "wants", strings, "", "", false, "units that are started with this one"},
    {"units", "requires", strings, "", "", false, "units that this one cannot run without"},
    {"units", "restart", word, "\"no\"", "no always on-success on-failure on-abnormal on-watchdog on-abort",
     false, "when the service manager starts it again"},
    {"units", "type", word, "\"simple\"", "simple oneshot notify exec forking", false,
     "when it counts as started"},
    {"units", "enable", boolean, "true", "", false, "started with the machine"},
    {"units", "extra", tables, "", "", false,
     "further settings of the unit file by section, in systemd's own syntax"},
    {"users", "description", string, "", "", false, "the full name"},
    {"users", "home", string, "", "", false, "the home directory, absolute"},
    {"users", "shell", string, "", "", false, "the login shell, absolute"},
    {"users", "uid", integer, "", "", false,
     "the number of the user; the machine chooses when nothing is said"},
    {"users", "group", account, "", "", false,
     "the primary group; one of the same name when nothing is said"},
    {"groups", "gid", integer, "", "", false,
     "the number of the group; the machine chooses when nothing is said"},
});

constexpr std::array later = std::to_array<LaterOption>({
    {"timers", ""},
    {"packages", ""},
    {"environment", ""},
    {"kernel", ""},
    {"secrets", ""},
    {"probes", ""},
    {"protected", ""},
    {"files", "on_modified"},
    {"files", "restart"},
    {"files", "reload"},
});

const HostOption* find_option(std::string_view group, std::string_view name) {
    for (const auto& option : options)
        if (option.group == group && option.name == name) return &option;
    return nullptr;
}

bool is_later(std::string_view group, std::string_view name) {
    return std::any_of(later.begin(), later.end(),
                       [&](const LaterOption& entry) { return entry.group == group && entry.name == name; });
}

std::vector<std::string> groups() {
    std::vector<std::string> names;
    for (const auto& option : options)
        if (names.empty() || names.back() != option.group) names.emplace_back(option.group);
    return names;
}

std::vector<std::string> names_in(std::string_view group) {
    std::vector<std::string> names;
    for (const auto& option : options)
        if (option.group == group) names.emplace_back(option.name);
    return names;
}

class Reader {
public:
    Reader(State& state, std::size_t target) : state_(state), target_(target) {}

    std::vector<Declared> read(const core::Map& config) {
        for (const auto& group : config) {
            const std::string& name = group.key.value;
            if (is_later(name, "")) {
                unsupported(name, group.key.where);
            } else if (names_in(name).empty()) {
                unknown(name, "a host of class 'linux'", groups(), group.key.where);
            } else if (const auto* entries = table_of(group.value, name)) {
                for (const auto& entry : *entries) read_entry(name, entry);
            }
        }
        return std::move(declared_);
    }

private:
    void unsupported(const std::string& name, const Span& where) {
        state_.fail(target_, "unsupported", "'" + name + "' is not supported in this version", where);
    }

    void unknown(const std::string& name, const std::string& of, const std::vector<std::string>& known,
                 const Span& where) {
        auto& finding =
            state_.fail(target_, "unknown-option", of + " has no option '" + harmless(name) + "'", where);
        const auto near = nearest(name, known);
        finding.help.push_back(near ? "did you mean '" + *near + "'?" : "there is: " + join(known, ", "));
    }

    void wrong_type(const std::string& name, std::string_view wanted, const core::Value& value) {
        state_
            .fail(target_, "wrong-type",
                  "'" + harmless(name) + "' is " + std::string(core::kind_of(value)) + ", not " +
                      std::string(wanted),
                  value.where)
            .label = "expected " + std::string(wanted);
    }

    const core::Map* table_of(const core::Value& value, const std::string& name) {
        if (value.map() == nullptr) wrong_type(name, "a table", value);
        return value.map();
    }

    void read_entry(const std::string& group, const core::Entry& entry) {
        const std::string& key = entry.key.value;
        const std::string of = group + "." + (is_name(key) ? key : quoted(key));
        const auto* fields = table_of(entry.value, of);
        if (fields == nullptr) return;
        Declared declared;
        declared.group = group;
        declared.key = entry.key;
        declared.where = entry.key.where;
        for (const auto& field : *fields) {
            const auto* option = find_option(group, field.key.value);
            const std::string path = group + "." + field.key.value;
            if (is_later(group, field.key.value)) {
                unsupported(path, field.key.where);
            } else if (option == nullptr) {
                unknown(field.key.value, "'" + group + "'", names_in(group), field.key.where);
            } else if (check(*option, field.value, of)) {
                declared.options[field.key.value] = &field.value;
            }
        }
        for (const auto& option : options) {
            const bool given = std::any_of(fields->begin(), fields->end(),
                                           [&](const auto& field) { return field.key.value == option.name; });
            if (option.group == group && option.required && !given)
                state_
                    .fail(target_, "missing-key",
                          "'" + harmless(of) + "' needs '" + std::string(option.name) + "'", declared.where)
                    .help.push_back(std::string(option.name) + ": " + std::string(option.meaning));
        }
        declared_.push_back(std::move(declared));
    }

    bool is_text(const core::Value& value, expression::Kind kind) const {
        if (value.string() == nullptr) return false;
        const auto found = static_type(state_, *value.string());
        return found == kind || found == expression::Kind::dynamic;
    }

    bool is_table_of_texts(const core::Value& value) const {
        return value.map() != nullptr &&
               std::all_of(value.map()->begin(), value.map()->end(),
                           [](const core::Entry& entry) { return entry.value.string() != nullptr; });
    }

    bool has_type(const HostOption& option, const core::Value& value) const {
        switch (option.type) {
            case boolean: return value.boolean() != nullptr || is_text(value, expression::Kind::boolean);
            case integer: return value.integer() != nullptr || is_text(value, expression::Kind::integer);
            case string:
            case word:
            case mode:
            case account: return is_text(value, expression::Kind::string);
            case strings:
                return value.list() != nullptr &&
                       std::all_of(value.list()->begin(), value.list()->end(),
                                   [](const core::Value& item) { return item.string() != nullptr; });
            case table: return is_table_of_texts(value);
            case tables:
                return value.map() != nullptr &&
                       std::all_of(value.map()->begin(), value.map()->end(),
                                   [&](const core::Entry& entry) { return is_table_of_texts(entry.value); });
        }
        return false;
    }

    bool check(const HostOption& option, const core::Value& value, const std::string& of) {
        if (has_type(option, value)) return true;
        wrong_type(of + "." + std::string(option.name), words(option.type), value);
        return false;
    }

    State& state_;
    std::size_t target_;
    std::vector<Declared> declared_;
};

}  // namespace

std::span<const HostOption> host_options() {
    return options;
}

std::span<const LaterOption> later_host_options() {
    return later;
}

std::string_view words(OptionType type) {
    switch (type) {
        case boolean: return "a boolean";
        case integer: return "an integer";
        case string:
        case word:
        case account: return "a string";
        case mode: return "a string of octal digits";
        case strings: return "a list of strings";
        case table: return "a table of strings";
        case tables: return "a table of tables of strings";
    }
    return "";
}

std::vector<Declared> read_options(State& state, std::size_t target, const core::Value& config) {
    if (config.map() == nullptr) return {};
    return Reader(state, target).read(*config.map());
}

}  // namespace contract::evaluation
