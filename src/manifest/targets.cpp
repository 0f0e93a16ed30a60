// SPDX-License-Identifier: Apache-2.0
#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "forms.hpp"
#include "sections.hpp"

namespace contract::manifest {

namespace {

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

bool is_reference(std::string_view text) {
    return text.starts_with("inputs.");
}

// "./path", "inputs.NAME", or { path, include, exclude }.
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
    Table selection(mistakes, path, *map, entry->value.where);
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

core::Command read_command(Table& table, std::string_view key, std::string_view example) {
    const auto* entry = table.need(key, example);
    if (entry == nullptr) return core::Text{};
    auto& mistakes = table.mistakes();
    const auto& value = entry->value;
    const auto path = table.path_of(key);
    const auto* string = value.string();
    const auto* list = value.list();
    if (string == nullptr && list == nullptr) {
        wrong_type(mistakes, path, value, "a string or a list of strings");
        return core::Text{};
    }
    const bool empty = string != nullptr ? trim(*string).empty() : list->empty();
    if (empty) mistakes.add("bad-value", "'" + path + "' runs nothing", value.where, "empty");
    if (string != nullptr) return core::Text{*string, value.where};
    return as_texts(mistakes, path, value).value_or(core::Texts{});
}

core::Limits read_limits(Table& table) {
    core::Limits limits;
    if (const auto timeout = table.duration_ms("timeout", 1000)) limits.timeout_seconds = *timeout / 1000;
    if (const auto silence = table.duration_ms("silence", 1000)) limits.silence_seconds = *silence / 1000;
    return limits;
}

// A path below the output of the package.
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

void read_package(Table& table, core::Package& package) {
    read_head(table, package);
    package.source = read_source(table);
    package.build = read_command(table, "build", "build = \"make install PREFIX=$out\"");
    package.limits = read_limits(table);
    package.main = read_main(table);
    table.not_yet({"patches"});
}

void read_check(Table& table, core::Check& check) {
    read_head(table, check);
    check.source = read_source(table);
    check.run = read_command(table, "run", "run = \"make test\"");
    check.limits = read_limits(table);
    table.not_yet({"patches"});
}

}  // namespace

void read_targets(Table& root, core::Manifest& manifest) {
    read_section(root, "toolchains", manifest.toolchains, manifest.broken,
                 [](Table& table, core::Toolchain& toolchain) { read_head(table, toolchain); });
    read_section(root, "packages", manifest.packages, manifest.broken, read_package);
    read_section(root, "checks", manifest.checks, manifest.broken, read_check);
    read_hosts(root, manifest);
}

}  // namespace contract::manifest
