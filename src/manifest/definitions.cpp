// SPDX-License-Identifier: Apache-2.0
#include "definitions.hpp"

#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/manifest/module_file.hpp"

namespace contract::manifest {

namespace {

core::Texts read_options(Table& table, std::string_view key) {
    auto paths = table.texts(key).value_or(core::Texts{});
    for (const auto& path : paths)
        check_option(table.mistakes(), table.path_of(key), path, Placeholders::refused);
    return paths;
}

enum class Found { no, yes, perhaps };

// Whether `values` has something at `path`. A key that is interpolated could become any.
Found find(const core::Value& values, const std::vector<std::string>& path) {
    const core::Value* at = &values;
    for (const auto& part : path) {
        const auto* map = at->map();
        if (map == nullptr) return Found::no;
        if (const auto* entry = at->find(part)) {
            at = &entry->value;
            continue;
        }
        const bool interpolated = std::any_of(map->begin(), map->end(), [](const core::Entry& entry) {
            return entry.key.value.find("${{") != std::string::npos;
        });
        return interpolated ? Found::perhaps : Found::no;
    }
    return Found::yes;
}

Found find(const core::Setting& setting, const core::Text& path) {
    const auto parts = parts_of_option(path.value);
    if (!parts) return Found::perhaps;  // reported
    return setting.values ? find(*setting.values, *parts) : Found::no;
}

// What is replaced or unset has to agree with what is set in the same table.
void check_agreement(Table& table, const core::Setting& setting) {
    auto& mistakes = table.mistakes();
    for (const auto& path : setting.replace)
        if (find(setting, path) == Found::no)
            mistakes
                .add("bad-value",
                     "'" + table.path() + "' replaces '" + path.value + "' and gives it no value", path.where,
                     "nothing to replace it with")
                .help.push_back("set it below 'values' of the same table: values." + path.value + " = …");
    for (const auto& path : setting.unset)
        if (find(setting, path) == Found::yes)
            mistakes
                .add("bad-value", "'" + table.path() + "' both sets and unsets '" + path.value + "'",
                     path.where, "set below 'values' of the same table")
                .help.emplace_back("keep one of the two, or use two tables with different conditions");
}

void check_because(Table& table, core::Setting& setting) {
    auto& mistakes = table.mistakes();
    if (setting.because && trim(setting.because->value).empty())
        mistakes.add("bad-value", "'" + table.path_of("because") + "' gives no reason",
                     setting.because->where, "empty");
    if (setting.priority != core::Priority::force || setting.because) return;
    if (const auto* key = table.take("because"); key != nullptr) return;  // it has a mistake of its own
    mistakes
        .add("missing-key", "'" + table.path() + "' forces values and does not say why",
             table.take("priority")->value.where, "'because' is missing")
        .help.emplace_back("add a line: because = \"…\"; it is shown wherever the value is");
}

void read_setting(Table& table, core::Setting& setting) {
    if (const auto priority = table.choice("priority"))
        setting.priority = priority->value == "force"     ? core::Priority::force
                           : priority->value == "default" ? core::Priority::defaults
                                                          : core::Priority::normal;
    if (const auto order = table.choice("order")) {
        setting.order = order->value == "before"  ? core::Order::before
                        : order->value == "after" ? core::Order::after
                                                  : core::Order::normal;
        setting.order_where = order->where;
    }
    setting.when = table.text("when");
    setting.each = table.text("for");
    setting.because = table.text("because");
    setting.unset = read_options(table, "unset");
    setting.replace = read_options(table, "replace");
    const auto* values = table.take("values");
    if (values != nullptr && values->value.map() == nullptr)
        wrong_type(table.mistakes(), table.path_of("values"), values->value, "a table")
            .help.emplace_back("write: values.OPTION = VALUE");
    else if (values != nullptr)
        setting.values = values->value;
    check_because(table, setting);
    if (values == nullptr && table.take("unset") == nullptr)
        table.mistakes()
            .add("missing-key", "'" + table.path() + "' sets nothing", table.where(),
                 "neither 'values' nor 'unset'")
            .help.emplace_back("add a line: values.OPTION = VALUE");
    else if (values == nullptr || setting.values)
        check_agreement(table, setting);
}

void read_config(Table& table, core::Module& module) {
    const auto* config = table.take("config");
    if (config == nullptr) return;
    if (config->value.map() == nullptr) {
        wrong_type(table.mistakes(), table.path_of("config"), config->value, "a table");
        return;
    }
    core::Setting setting;
    setting.where = config->key.where;
    setting.values = table.give(*config);  // often most of a file
    module.settings.push_back(std::move(setting));
}

bool names_module(std::string_view text) {
    const auto parts = split(text, '.');
    const std::size_t at = parts.size() == 4 && parts[0] == "inputs" && is_name(parts[1]) ? 2 : 0;
    return parts.size() == at + 2 && parts[at] == "modules" && is_name(parts[at + 1]);
}

void check_module(Table& table, std::string_view key, std::string_view folder, const core::Text& module) {
    if (names_module(module.value)) return;
    const auto path = table.path_of(key);
    if (module.value.starts_with("./")) {
        core::Text inside{path::join(folder, module.value), module.where};
        inside.value.insert(0, "./");
        check_path(table.mistakes(), path, inside);
        return;
    }
    table.mistakes()
        .add("bad-value", "'" + path + "' names '" + module.value + "', which is no module", module.where,
             "not a module")
        .help.emplace_back(
            "write a path, \"./modules/web.toml\", or a reference: \"modules.web\", "
            "\"inputs.site.modules.web\"");
}

}  // namespace

bool check_option(Mistakes& mistakes, const std::string& path, const core::Text& option,
                  Placeholders placeholders) {
    const auto parts = parts_of_option(option.value);
    const bool good =
        parts && !is_placeholder(parts->front()) &&
        (placeholders == Placeholders::allowed || std::none_of(parts->begin(), parts->end(), is_placeholder));
    if (good) return true;
    auto& finding =
        mistakes.add("bad-value", "'" + option.value + "' in '" + path + "' is no path of an option",
                     option.where, "not a path of an option");
    finding.help.emplace_back(placeholders == Placeholders::allowed
                                  ? "write names with dots between them, \"web.port\"; behind the first, "
                                    "<name> stands for any key"
                                  : "write names with dots between them, \"web.port\"; other keys stand in "
                                    "double quotes: 'files.\"/etc/motd\"'");
    return false;
}

core::Texts read_modules(Table& table, std::string_view key, std::string_view folder) {
    auto modules = table.texts(key).value_or(core::Texts{});
    for (const auto& module : modules) check_module(table, key, folder, module);
    return modules;
}

void read_definitions(Table& table, core::Module& module) {
    read_config(table, module);
    read_elements(table, "set", "[[set]]", module.settings, read_setting);
    // [config] counts among them by its place.
    std::stable_sort(module.settings.begin(), module.settings.end(),
                     [](const auto& a, const auto& b) { return a.where.begin_byte < b.where.begin_byte; });
    read_elements(table, "assert", "[[assert]]", module.assertions,
                  [](Table& element, core::ModuleAssertion& assertion) {
                      if (auto that = element.need_text("that", "that = \"config.web.port != 22\""))
                          assertion.that = std::move(*that);
                      assertion.message = element.text("message");
                  });
    read_elements(table, "warn", "[[warn]]", module.warnings,
                  [](Table& element, core::ModuleWarning& warning) {
                      if (auto when = element.need_text("when", "when = \"size(config.web.vhosts) == 0\""))
                          warning.when = std::move(*when);
                      if (auto message = element.need_text("message", "message = \"…\""))
                          warning.message = std::move(*message);
                  });
}

}  // namespace contract::manifest
