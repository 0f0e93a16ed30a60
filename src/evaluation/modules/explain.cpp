// SPDX-License-Identifier: Apache-2.0
#include "explain.hpp"

#include <algorithm>

#include "contract/base/text.hpp"

namespace contract::evaluation {

namespace {

using expression::Kind;
using expression::Value;

constexpr std::string_view hidden = "(sensitive)";

// A list item that is null has no TOML; the literal beside the value tells it.
core::Value plain(const Value& value) {
    core::Value out;
    if (const auto truth = value.as<bool>()) out.data = *truth;
    if (const auto number = value.as<std::int64_t>()) out.data = *number;
    if (const auto real = value.as<double>()) out.data = *real;
    if (const auto* text = value.as<std::string>()) out.data = *text;
    if (const auto* list = value.as<expression::List>()) {
        core::List items;
        for (const Value& item : *list) items.push_back(plain(item));
        out.data = std::move(items);
    }
    if (const auto* map = value.as<expression::Map>()) {
        core::Map entries;
        for (const auto& [key, item] : *map)
            if (!item.is_null()) entries.push_back({{expression::to_text(key), {}}, plain(item)});
        out.data = std::move(entries);
    }
    return out;
}

class Explainer {
public:
    explicit Explainer(HostRun& run) : run_(run), set_(run.modules()) {}

    std::vector<core::ConfigValue> all() {
        std::vector<core::ConfigValue> out;
        for (OptionIndex i = 0; i < set_.options.size(); ++i) {
            const Option& option = set_.tree.option(i);
            if (option.internal) continue;
            if (option.placeholders == 0) {
                out.push_back(one(i, ""));
                continue;
            }
            NodeIndex map = set_.tree.node(option.node).parent;
            if (is_placeholder(set_.tree.node(option.node).name)) map = option.node;
            while (!set_.tree.node(map).placeholder) map = set_.tree.node(map).parent;
            for (const MapEntry& entry : run_.entries(map)) out.push_back(one(i, entry.keys));
        }
        std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
        return out;
    }

private:
    core::ConfigValue one(OptionIndex index, const std::string& keys) {
        const Option& option = set_.tree.option(index);
        const auto& [declaration, module] = option.declarations[0];
        core::ConfigValue out;
        out.path = path_with_keys(option, keys);
        out.shown = join_path(out.path);
        out.type = to_text(option.type);
        if (declaration->description) out.description = declaration->description->value;
        out.declared = declaration->where;
        out.declared_by = set_.modules[module].shown;
        out.sensitive = option.sensitive;
        if (const auto& value = set_.options[index].default_value)
            out.default_literal = literal(option, *value);
        const Merged merged = run_.value(index, keys);
        out.from_default = merged.from_default;
        if (merged.state == Merged::State::value) {
            out.literal = literal(option, merged.value);
            if (!option.sensitive && !merged.value.is_null()) out.value = plain(merged.value);
        }
        for (const auto& said : run_.said(index, keys)) out.sources.push_back(source(option, said));
        return out;
    }

    static std::string literal(const Option& option, const Value& value) {
        return option.sensitive ? std::string(hidden) : expression::to_literal(value);
    }

    core::ConfigSource source(const Option& option, const HostRun::Said& said) const {
        const Definition& definition = set_.definitions[said.definition];
        const CompiledSetting& compiled = set_.settings[definition.setting];
        core::ConfigSource out;
        out.fate = said.fate;
        out.where = definition.where;
        out.module = set_.modules[compiled.module].shown;
        out.priority = compiled.setting->priority;
        out.order = compiled.setting->order;
        if (said.value) out.value = literal(option, *said.value);
        out.parts = said.parts;
        if (compiled.setting->when) out.condition = compiled.setting->when->value;
        if (compiled.setting->each) out.each = compiled.setting->each->value;
        if (compiled.setting->because) out.because = compiled.setting->because->value;
        return out;
    }

    HostRun& run_;
    const ModuleSet& set_;
};

}  // namespace

std::vector<core::ConfigValue> explain(HostRun& run) {
    return Explainer(run).all();
}

std::vector<std::vector<std::string>> empty_tables(const HostRun& run) {
    const OptionTree& tree = run.modules().tree;
    std::vector<std::vector<std::string>> out;
    for (const NodeIndex map : tree.maps_below(OptionTree::root)) {
        std::vector<std::string> path;
        bool inside_entries = false;  // of another map: there may be none of them
        for (NodeIndex at = map; at != OptionTree::root; at = tree.node(at).parent) {
            path.insert(path.begin(), tree.node(at).name);
            inside_entries = inside_entries || is_placeholder(tree.node(at).name);
        }
        if (!inside_entries && run.entries(map).empty()) out.push_back(std::move(path));
    }
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace contract::evaluation
