// SPDX-License-Identifier: Apache-2.0
#include "target_keys.hpp"

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "forms.hpp"

namespace contract::manifest {

namespace {

bool is_reference(std::string_view text) {
    return text.starts_with("inputs.");
}

}  // namespace

std::vector<core::Variable> read_environment(Table& table) {
    std::vector<core::Variable> variables;
    const auto* entry = table.take("env");
    if (entry == nullptr) return variables;
    auto& mistakes = table.mistakes();
    const auto* map = entry->value.map();
    if (map == nullptr) {
        wrong_type(mistakes, table.path_of("env"), entry->value, "a table")
            .help.emplace_back("write: env = { NAME = \"value\" }");
        return variables;
    }
    for (const auto& [name, value] : *map) {
        const auto path = table.path_of("env") + "." + name.value;
        if (!is_variable_name(name.value))
            mistakes.add("bad-value", "'" + name.value + "' is no name of a variable", name.where,
                         "letters, digits and '_', no digit first");
        else if (is_reserved_variable(name.value))
            mistakes
                .add("bad-value", "'" + name.value + "' is set by contract itself", name.where, "reserved")
                .help.emplace_back("choose another name; PATH comes from 'uses'");
        auto text = as_text(mistakes, path, value);
        if (text && text->value.find('\0') != std::string::npos)
            mistakes.add("bad-value", "'" + path + "' has a NUL character", value.where,
                         "no variable can hold it");
        if (text) variables.push_back({name, std::move(*text)});
    }
    return variables;
}

void read_head(Table& table, core::TargetHead& head) {
    head.description = table.text("description");
    head.root = table.text("root");
    head.uses = table.texts("uses").value_or(core::Texts{});
    head.env = read_environment(table);
    head.when = table.text("when");
    head.systems = table.systems("systems");
}

std::optional<core::SourceSelection> read_source(Table& table) {
    const auto* entry = table.take("source");
    if (entry == nullptr) return std::nullopt;
    auto& mistakes = table.mistakes();
    const auto path = table.path_of("source");
    if (const auto* string = entry->value.string()) {
        core::Text from{*string, entry->value.where};
        if (!is_reference(from.value)) check_path(mistakes, path, from);
        return core::SourceSelection{std::move(from), {}, {}};
    }
    const auto* map = entry->value.map();
    if (map == nullptr) {
        wrong_type(mistakes, path, entry->value, "a string or a table");
        return std::nullopt;
    }
    Table selection(mistakes, table.shape_at("source"), path, *map, entry->value.where);
    core::SourceSelection source;
    if (auto from = selection.need_text("path", "path = \"./\"")) {
        if (!is_reference(from->value)) check_path(mistakes, path + ".path", *from);
        source.from = std::move(*from);
    }
    source.include = selection.texts("include").value_or(core::Texts{});
    source.exclude = selection.texts("exclude").value_or(core::Texts{});
    selection.finish();
    return source;
}

std::optional<core::Command> read_command_if_there(Table& table, std::string_view key) {
    const auto* entry = table.take(key);
    if (entry == nullptr) return std::nullopt;
    auto& mistakes = table.mistakes();
    const auto& value = entry->value;
    const auto path = table.path_of(key);
    const auto* string = value.string();
    const auto* list = value.list();
    if (string == nullptr && list == nullptr) {
        wrong_type(mistakes, path, value, "a string or a list of strings");
        return std::nullopt;
    }
    const bool empty = string != nullptr ? trim(*string).empty() : list->empty();
    if (empty) mistakes.add("bad-value", "'" + path + "' runs nothing", value.where, "empty");
    if (string != nullptr) return core::Text{*string, value.where};
    return as_texts(mistakes, path, value).value_or(core::Texts{});
}

core::Command read_command(Table& table, std::string_view key, std::string_view example) {
    if (table.need(key, example) == nullptr) return core::Text{};
    return read_command_if_there(table, key).value_or(core::Text{});
}

core::Texts read_arguments(Table& table, std::string_view key, std::string_view example) {
    const auto* entry = table.need(key, example);
    if (entry == nullptr) return {};
    auto arguments = table.texts(key);
    if (arguments && arguments->empty())
        table.mistakes().add("bad-value", "'" + table.path_of(key) + "' runs nothing", entry->value.where,
                             "empty");
    return arguments.value_or(core::Texts{});
}

std::optional<core::Text> read_script(Table& table, std::string_view key) {
    auto script = table.text(key);
    if (script && trim(script->value).empty())
        table.mistakes().add("bad-value", "'" + table.path_of(key) + "' runs nothing", script->where,
                             "empty");
    return script;
}

core::Texts read_patches(Table& table) {
    auto patches = table.texts("patches").value_or(core::Texts{});
    for (const auto& patch : patches) check_path(table.mistakes(), table.path_of("patches"), patch);
    return patches;
}

core::Texts read_references(Table& table, std::string_view key, std::string_view folder) {
    auto references = table.texts(key).value_or(core::Texts{});
    const std::string prefix = std::string(folder) + ".";
    for (const auto& reference : references) {
        const std::string_view text = reference.value;
        if (text.starts_with(prefix) && is_name(text.substr(prefix.size()))) continue;
        auto& finding =
            table.mistakes().add("bad-value", "'" + table.path_of(key) + "' names '" + reference.value + "'",
                                 reference.where, "not " + prefix + "NAME");
        if (is_name(text)) finding.help.push_back("write \"" + prefix + reference.value + "\"");
    }
    return references;
}

std::optional<std::int64_t> read_seconds(Table& table, std::string_view key) {
    const auto duration = table.duration_ms(key, 1000);
    return duration ? std::optional(*duration / 1000) : std::nullopt;
}

core::Limits read_limits(Table& table) {
    core::Limits limits;
    limits.timeout_seconds = read_seconds(table, "timeout").value_or(limits.timeout_seconds);
    limits.silence_seconds = read_seconds(table, "silence").value_or(limits.silence_seconds);
    limits.memory_bytes = table.memory_bytes("memory");
    return limits;
}

std::optional<core::Text> read_main(Table& table) {
    auto main = table.text("main");
    if (!main) return main;
    const std::string& value = main->value;
    const bool leaves = path::is_absolute(value) || value.find('\0') != std::string::npos ||
                        path::normalise(value) != value || value == "." || value.starts_with("..");
    if (leaves)
        table.mistakes()
            .add("bad-value", "'" + table.path_of("main") + "' is no path in the package's output",
                 main->where, "not below the output")
            .help.emplace_back("write: main = \"bin/NAME\"");
    return main;
}

}  // namespace contract::manifest
