// SPDX-License-Identifier: Apache-2.0
#include "host_entries.hpp"

#include <algorithm>
#include <set>

#include "host_options.hpp"

namespace contract::evaluation {

namespace {

const core::Value* item_of(const core::Value& list, const std::string& text) {
    if (list.list() == nullptr) return nullptr;
    for (const core::Value& item : *list.list())
        if (item.string() != nullptr && *item.string() == text) return &item;
    return nullptr;
}

Field field_of(const HostRun& run, Merged merged, const Resolved* resolved) {
    const ModuleSet& set = run.modules();
    Field field;
    field.value = std::move(merged.value);
    field.from_default = merged.from_default;
    if (resolved == nullptr || merged.from_default) return field;
    for (const auto index : resolved->definitions) {
        const Definition& definition = set.definitions[index];
        const CompiledSetting& setting = set.settings[definition.setting];
        if (definition.unset) continue;
        field.written.push_back({setting.setting->priority, definition.where, definition.value.source,
                                 &set.modules[setting.module]});
    }
    return field;
}

// The options below a node, "mode" or "retry.attempts". Tables of options inside are somebody else's.
void read_below(const HostRun& run, NodeIndex at, const std::string& keys, const std::string& prefix,
                Declared& out) {
    for (const auto& [name, child] : run.modules().tree.node(at).children) {
        const Node& node = run.modules().tree.node(child);
        if (!node.option) {
            read_below(run, child, keys, prefix + name + ".", out);
            continue;
        }
        Merged merged = run.value(*node.option, keys);
        if (merged.state == Merged::State::value && !merged.value.is_null())
            out.options.emplace(prefix + name,
                                field_of(run, std::move(merged), run.find(*node.option, keys)));
    }
}

std::string first_part(std::string_view path) {
    return std::string(path.substr(0, path.find('.')));
}

}  // namespace

const Written* Field::deciding() const {
    const Written* best = nullptr;
    for (const Written& one : written)
        if (best == nullptr || one.priority >= best->priority) best = &one;
    return best;
}

Span Field::where_of(const std::string& part) const {
    const Written* best = nullptr;
    const core::Value* found = nullptr;
    for (const Written& one : written) {
        if (one.source == nullptr || (best != nullptr && one.priority < best->priority)) continue;
        const core::Entry* entry = one.source->find(part);
        const core::Value* here = entry == nullptr ? item_of(*one.source, part) : &entry->value;
        if (here == nullptr) continue;
        best = &one;
        found = here;
    }
    if (found != nullptr) return found->where;
    return deciding() == nullptr ? Span{} : deciding()->where;
}

Span Field::where_of_key(const std::string& key) const {
    const Span at = where_of(key);
    for (const Written& one : written)
        if (const core::Entry* entry = one.source == nullptr ? nullptr : one.source->find(key);
            entry != nullptr && entry->value.where == at)
            return entry->key.where;
    return at;
}

Span Field::where_of_key(const std::string& key, const std::string& inner, bool of_value) const {
    for (const Written& one : written) {
        const core::Entry* table = one.source == nullptr ? nullptr : one.source->find(key);
        const core::Entry* entry = table == nullptr ? nullptr : table->value.find(inner);
        if (entry != nullptr) return of_value ? entry->value.where : entry->key.where;
    }
    return where_of(key);
}

std::vector<Declared> read_entries(const HostRun& run, const std::string& host_class) {
    std::vector<Declared> out;
    std::set<std::string> seen;
    const ModuleSet& set = run.modules();
    for (const auto& option : class_module(host_class).options) {
        const std::string group = first_part(option.path.value);
        const auto map = set.tree.child(OptionTree::root, group);
        if (!seen.insert(group).second || !map || !set.tree.node(*map).placeholder) continue;
        for (const MapEntry& entry : run.entries(*map)) {
            const Definition& first = set.definitions[entry.definition];
            Declared declared;
            declared.group = group;
            declared.key = split_keys(entry.keys)[0];
            declared.where = first.entry == nullptr ? first.where : *first.entry;
            declared.doubtful = run.is_doubtful(*map, entry.keys);
            read_below(run, *set.tree.node(*map).placeholder, entry.keys, "", declared);
            out.push_back(std::move(declared));
        }
    }
    return out;
}

Declared read_single_options(const HostRun& run, const std::string& host_class) {
    Declared out;
    const OptionTree& tree = run.modules().tree;
    for (const auto& option : class_module(host_class).options) {
        const auto node = tree.child(OptionTree::root, first_part(option.path.value));
        if (!node || tree.node(*node).placeholder) continue;
        if (tree.node(*node).option) {
            Merged merged = run.value(*tree.node(*node).option, "");
            if (merged.state == Merged::State::value && !merged.value.is_null())
                out.options.emplace(option.path.value,
                                    field_of(run, std::move(merged), run.find(*tree.node(*node).option, "")));
        } else {
            read_below(run, *node, "", first_part(option.path.value) + ".", out);
        }
    }
    return out;
}

}  // namespace contract::evaluation
