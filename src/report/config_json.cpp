// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "config.hpp"
#include "members.hpp"

namespace contract::report {

namespace {

json::Value value_member(const core::Value& value) {
    if (const auto* truth = value.boolean()) return {*truth};
    if (const auto* number = value.integer()) return {*number};
    if (const auto* text = value.string()) return text_member(*text);
    if (const auto* real = std::get_if<double>(&value.data)) return {*real};
    if (const auto* list = value.list()) {
        json::Array items;
        for (const auto& item : *list) items.push_back(value_member(item));
        return {std::move(items)};
    }
    json::Object entries;
    if (const auto* map = value.map())
        for (const auto& entry : *map) entries.emplace_back(entry.key.value, value_member(entry.value));
    return {std::move(entries)};
}

void put(json::Object& out, const std::vector<std::string>& path, std::size_t depth, json::Value value) {
    auto found =
        std::find_if(out.begin(), out.end(), [&](const auto& member) { return member.first == path[depth]; });
    if (found == out.end()) found = out.insert(out.end(), {path[depth], json::Object{}});
    if (depth + 1 == path.size())
        found->second = std::move(value);
    else
        put(std::get<json::Object>(found->second.data), path, depth + 1, std::move(value));
}

json::Value source_member(const core::ConfigSource& source) {
    json::Object out{{"fate", core::word(source.fate)},
                     {"module", text_member(source.module)},
                     {"priority", core::word(source.priority)},
                     {"where", where_member(source.where)}};
    if (source.order != core::Order::normal) out.emplace_back("order", core::word(source.order));
    if (!source.value.empty()) out.emplace_back("value", text_member(source.value));
    if (!source.parts.empty()) out.emplace_back("parts", texts_member(source.parts));
    if (!source.condition.empty()) out.emplace_back("when", text_member(source.condition));
    if (!source.each.empty()) out.emplace_back("for", text_member(source.each));
    if (!source.because.empty()) out.emplace_back("because", text_member(source.because));
    return {std::move(out)};
}

}  // namespace

json::Value config_member(const core::PlannedHost& host) {
    json::Object out;
    for (const auto& value : host.config)
        if (value.value)
            put(out, value.path, 0, value_member(*value.value));
        else if (!value.sensitive && !value.literal.empty())
            put(out, value.path, 0, nullptr);
    for (const auto& path : host.empty_tables) put(out, path, 0, json::Object{});
    return {std::move(out)};
}

json::Value provenance_member(const core::PlannedHost& host) {
    json::Object out;
    for (const auto& value : host.config) {
        // What nobody set and has no default is told by the schema of the modules, not by every host.
        if (value.sources.empty() && value.literal.empty()) continue;
        json::Object option{{"type", text_member(value.type)},
                            {"declared_by", text_member(value.declared_by)}};
        if (value.declared.line != 0) option.emplace_back("declared", where_member(value.declared));
        if (value.sensitive) option.emplace_back("sensitive", true);
        if (value.from_default) option.emplace_back("from_default", true);
        json::Array sources;
        for (const auto& source : value.sources) sources.push_back(source_member(source));
        option.emplace_back("set_by", std::move(sources));
        out.emplace_back(value.shown, std::move(option));
    }
    return {std::move(out)};
}

}  // namespace contract::report
