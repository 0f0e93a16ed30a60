// SPDX-License-Identifier: Apache-2.0
#include "contract/expression/type.hpp"

#include <array>

namespace contract::expression {

std::string_view word(Kind kind) {
    switch (kind) {
        case Kind::null: return "null";
        case Kind::duration: return "duration";
        case Kind::timestamp: return "timestamp";
        case Kind::dynamic: return "dynamic";
        default: return type_name(kind);
    }
}

std::string_view type_name(Kind kind) {
    switch (kind) {
        case Kind::null: return "null_type";
        case Kind::boolean: return "bool";
        case Kind::integer: return "int";
        case Kind::unsigned_integer: return "uint";
        case Kind::real: return "double";
        case Kind::duration: return "google.protobuf.Duration";
        case Kind::timestamp: return "google.protobuf.Timestamp";
        case Kind::type: return "type";
        case Kind::string: return "string";
        case Kind::bytes: return "bytes";
        case Kind::version: return "version";
        case Kind::list: return "list";
        case Kind::map:
        case Kind::object: return "map";
        case Kind::dynamic: return "dyn";
    }
    return "";
}

TypePtr Type::of(Kind kind) {
    static const auto known = [] {
        std::array<TypePtr, static_cast<std::size_t>(Kind::dynamic) + 1> types;
        for (std::size_t i = 0; i < types.size(); ++i) {
            Type type;
            type.kind = static_cast<Kind>(i) == Kind::object ? Kind::map : static_cast<Kind>(i);
            types[i] = std::make_shared<const Type>(std::move(type));
        }
        return types;
    }();
    return known[static_cast<std::size_t>(kind)];
}

TypePtr Type::list(TypePtr element) {
    Type type;
    type.kind = Kind::list;
    type.element = std::move(element);
    return std::make_shared<const Type>(std::move(type));
}

TypePtr Type::map(TypePtr element) {
    Type type;
    type.kind = Kind::map;
    type.element = std::move(element);
    return std::make_shared<const Type>(std::move(type));
}

TypePtr Type::object(Fields fields) {
    Type type;
    type.kind = Kind::map;
    type.closed = true;
    type.fields = std::move(fields);
    return std::make_shared<const Type>(std::move(type));
}

TypePtr Type::optional(TypePtr type) {
    if (type->nullable || type->kind == Kind::dynamic) return type;
    Type nullable = *type;
    nullable.nullable = true;
    return std::make_shared<const Type>(std::move(nullable));
}

TypePtr NamedTypes::find(std::string_view name) const {
    const auto found = types_.find(name);
    return found == types_.end() ? nullptr : found->second;
}

std::vector<std::string> NamedTypes::names() const {
    std::vector<std::string> names;
    for (const auto& entry : types_) names.push_back(entry.first);
    return names;
}

}  // namespace contract::expression
