// SPDX-License-Identifier: Apache-2.0
#include "contract/manifest/module_file.hpp"

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "definitions.hpp"
#include "document.hpp"
#include "sections.hpp"

namespace contract::manifest {

namespace {

// Spans and paths of a contract that is an input start with its name; paths inside it do not.
std::string folder_of(const ModuleText& source) {
    std::string_view file = source.file;
    if (!source.contract.empty() && file.starts_with(source.contract + "/"))
        file.remove_prefix(source.contract.size() + 1);
    return path::parent(file);
}

void read_header(Table& root, const std::string& folder, core::Module& module) {
    const auto* entry = root.take("module");
    if (entry == nullptr) return;
    if (entry->value.map() == nullptr) {
        wrong_type(root.mistakes(), "module", entry->value, "a table").help.emplace_back("write: [module]");
        module.incomplete = true;
        return;
    }
    Table table(root.mistakes(), root.shape_at("module"), "module", *entry->value.map(), entry->value.where);
    if (auto name = table.text("class"); name && check_class(table, *name)) module.module_class = name;
    module.description = table.text("description");
    const auto before = table.mistakes().count();
    module.imports = read_modules(table, "imports", folder);
    module.incomplete = table.mistakes().count() != before;
    module.disable = read_modules(table, "disable", folder);
    table.finish();
}

// An integer or a float.
std::optional<core::Value> read_number(Table& table, std::string_view key) {
    const auto* entry = table.take(key);
    if (entry == nullptr) return std::nullopt;
    const auto& value = entry->value;
    if (value.integer() != nullptr || std::holds_alternative<double>(value.data)) return value;
    wrong_type(table.mistakes(), table.path_of(key), value, "a number");
    return std::nullopt;
}

double number_of(const core::Value& value) {
    const auto* integer = value.integer();
    return integer != nullptr ? static_cast<double>(*integer) : std::get<double>(value.data);
}

void read_bounds(Table& table, core::OptionDeclaration& option) {
    option.least = read_number(table, "min");
    option.most = read_number(table, "max");
    if (!option.least || !option.most || number_of(*option.least) <= number_of(*option.most)) return;
    auto& finding = table.mistakes().add("bad-value", "'" + table.path_of("min") + "' is above 'max'",
                                         option.least->where, "no value is between the two");
    finding.related.push_back({option.most->where, "the upper bound"});
}

void read_option(Table& table, core::OptionDeclaration& option) {
    if (auto type = table.need_text("type", "type = \"string\"")) option.type = std::move(*type);
    if (const auto* value = table.take("default")) option.default_value = value->value;
    option.description = table.text("description");
    option.check = table.text("check");
    option.message = table.text("message");
    if (option.message && table.take("check") == nullptr)
        table.mistakes()
            .add("bad-value", "'" + table.path() + "' has a 'message' and no 'check'", option.message->where,
                 "never shown")
            .help.emplace_back("add the rule that it explains: check = \"value != 22\"");
    read_bounds(table, option);
    option.match = table.text("match");
    option.unique = table.flag("unique").value_or(false);
    option.readonly = table.flag("readonly").value_or(false);
    option.sensitive = table.flag("sensitive").value_or(false);
    option.required = table.flag("required").value_or(false);
    option.internal = table.flag("internal").value_or(false);
    if (option.required && option.default_value)
        table.mistakes()
            .add("bad-value", "'" + table.path() + "' is required and has a default",
                 table.take("required")->key.where, "its default makes it never missing")
            .help.emplace_back("keep one of the two");
}

// [options.web.port] is a table in a table in a table, and not the option web.port. The path that was meant.
std::optional<core::Text> unquoted(Mistakes& mistakes, const core::Entry& option) {
    if (option.value.map() == nullptr || option.value.find("type") != nullptr) return std::nullopt;
    std::string path = option.key.value;
    const core::Entry* at = &option;
    while (at->value.map() != nullptr && at->value.find("type") == nullptr && at->value.map()->size() == 1) {
        at = &at->value.map()->front();
        path += "." + at->key.value;
    }
    if (at == &option || at->value.find("type") == nullptr) return std::nullopt;
    mistakes
        .add("bad-value", "the path of the option '" + path + "' is not quoted", at->value.where,
             "tables in tables")
        .help.push_back("write: [options." + quoted(path) + "]");
    return core::Text{std::move(path), at->value.where};
}

core::OptionDeclaration read_declaration(Mistakes& mistakes, const core::Shape& shape,
                                         const core::Entry& member) {
    const auto before = mistakes.count();
    core::OptionDeclaration option;
    option.where = member.value.where;
    if (auto meant = unquoted(mistakes, member)) {
        option.path = std::move(*meant);
        option.broken = true;
        return option;
    }
    const auto path = "options." + quoted(member.key.value);
    option.path = member.key;
    check_option(mistakes, "options", member.key, Placeholders::allowed);
    if (member.value.map() == nullptr) {
        wrong_type(mistakes, path, member.value, "a table");
    } else {
        Table table(mistakes, shape, path, *member.value.map(), member.value.where);
        read_option(table, option);
        table.finish();
    }
    option.broken = mistakes.count() != before;
    return option;
}

void read_options(Table& root, core::Module& module) {
    const auto* entry = root.take("options");
    if (entry == nullptr) return;
    auto& mistakes = root.mistakes();
    if (entry->value.map() == nullptr) {
        wrong_type(mistakes, "options", entry->value, "a table")
            .help.emplace_back("write a table for each: [options.\"web.port\"]");
        module.incomplete = true;
        return;
    }
    module.options.reserve(entry->value.map()->size());
    const core::Shape& shape = root.shape_at("options");
    for (const auto& member : *entry->value.map())
        module.options.push_back(read_declaration(mistakes, shape, member));
}

void read_moves(Table& root, core::Module& module) {
    const auto option = [](Table& table, std::string_view key, std::string_view example) {
        auto text = table.need_text(key, example);
        if (!text || !check_option(table.mistakes(), table.path_of(key), *text, Placeholders::allowed))
            return core::Text{};
        return std::move(*text);
    };
    read_elements(root, "renamed", "[[renamed]]", module.renamed,
                  [&](Table& table, core::RenamedOption& renamed) {
                      renamed.from = option(table, "from", "from = \"www.port\"");
                      renamed.to = option(table, "to", "to = \"web.port\"");
                      if (!renamed.from.value.empty() && renamed.from.value == renamed.to.value)
                          table.mistakes().add("bad-value", "'" + table.path() + "' changes no name",
                                               renamed.to.where, "the same as 'from'");
                  });
    read_elements(root, "removed", "[[removed]]", module.removed,
                  [&](Table& table, core::RemovedOption& removed) {
                      removed.option = option(table, "option", "option = \"web.fork\"");
                      if (auto reason = table.need_text("reason", "reason = \"…\""))
                          removed.reason = std::move(*reason);
                  });
}

}  // namespace

ParsedModule parse_module(const ModuleText& source) {
    ParsedModule out;
    const TextIndex index(source.file, source.text);
    Mistakes mistakes(index);
    mistakes.enter(source.target);
    if (auto document = read_document(mistakes)) {
        auto& map = std::get<core::Map>(document->data);
        Table root(mistakes, core::module_shapes().front(), {}, map, document->where);
        root.own(map);
        read_header(root, folder_of(source), out.module);
        read_options(root, out.module);
        read_definitions(root, out.module);
        read_moves(root, out.module);
        root.finish();
        out.usable = true;
    }
    out.findings = mistakes.take_in_order();
    return out;
}

}  // namespace contract::manifest
