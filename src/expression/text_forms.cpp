// SPDX-License-Identifier: Apache-2.0
#include "contract/base/text.hpp"
#include "contract/expression/expression.hpp"

namespace contract::expression {

std::string to_literal(const Value& value) {
    if (const auto flag = value.as<bool>()) return *flag ? "true" : "false";
    if (const auto number = value.as<std::int64_t>()) return std::to_string(*number);
    if (const auto* text = value.as<std::string>()) return quoted(*text);
    std::string out;
    if (const auto* list = value.as<List>()) {
        for (const Value& item : *list) out += (out.empty() ? "" : ", ") + to_literal(item);
        return "[" + out + "]";
    }
    if (const auto* map = value.as<Map>()) {
        for (const auto& [key, item] : *map)
            out += (out.empty() ? "" : ", ") + to_literal(key) + ": " + to_literal(item);
        return "{" + out + "}";
    }
    if (const auto* object = value.as<Object>()) {
        const auto whole = object->whole();
        if (const auto* map = std::get_if<Value>(&whole)) return to_literal(*map);
    }
    return "null";
}

std::string to_text(const Value& value) {
    if (const auto* text = value.as<std::string>()) return *text;
    if (const auto* map = value.as<Map>()) {
        const Value* path = map->find("path");
        if (path != nullptr && path->as<std::string>() != nullptr) return *path->as<std::string>();
    }
    if (const auto* object = value.as<Object>()) {
        const auto path = object->field("path");
        if (const auto* found = std::get_if<Value>(&path); found && found->as<std::string>() != nullptr)
            return *found->as<std::string>();
    }
    return to_literal(value);
}

}  // namespace contract::expression
