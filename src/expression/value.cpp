// SPDX-License-Identifier: Apache-2.0
#include "contract/base/text.hpp"
#include "contract/expression/expression.hpp"

namespace contract::expression {

std::string_view word(TypeKind kind) {
    switch (kind) {
        case TypeKind::null: return "null";
        case TypeKind::boolean: return "bool";
        case TypeKind::integer: return "int";
        case TypeKind::string: return "string";
        case TypeKind::list: return "list";
        case TypeKind::map: return "map";
        case TypeKind::dynamic: return "dynamic";
    }
    return "";
}

std::string to_literal(const Value& value) {
    if (const auto* flag = std::get_if<bool>(&value.data)) return *flag ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&value.data)) return std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&value.data)) return quoted(*text);
    std::string out;
    if (const auto* list = std::get_if<List>(&value.data)) {
        for (const Value& item : *list) out += (out.empty() ? "" : ", ") + to_literal(item);
        return "[" + out + "]";
    }
    if (const auto* map = std::get_if<Map>(&value.data)) {
        for (const auto& [key, item] : *map)
            out += (out.empty() ? "" : ", ") + quoted(key) + ": " + to_literal(item);
        return "{" + out + "}";
    }
    return "null";
}

std::string to_text(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value.data)) return *text;
    if (const auto* map = std::get_if<Map>(&value.data)) {
        const auto path = map->find("path");
        if (path != map->end() && std::holds_alternative<std::string>(path->second.data))
            return std::get<std::string>(path->second.data);
    }
    return to_literal(value);
}

}  // namespace contract::expression
