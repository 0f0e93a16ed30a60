// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "contract/base/text.hpp"
#include "contract/expression/expression.hpp"
#include "number_text.hpp"
#include "time.hpp"

namespace contract::expression {

namespace {

std::string real_literal(double number) {
    const auto word = special_word(number);
    return word.empty() ? json_text(number) : "double(\"" + std::string(word) + "\")";
}

std::string bytes_literal(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out = "b\"";
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\') {
            out += c;
        } else {
            out += "\\x";
            out += digits[byte >> 4U];
            out += digits[byte & 15U];
        }
    }
    return out + "\"";
}

std::string aggregate_literal(const Value& value) {
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
    const auto whole = value.as<Object>()->whole();
    const auto* found = std::get_if<Value>(&whole);
    return found == nullptr ? "{…}" : to_literal(*found);
}

// The path of a package or an input: what it is rendered as.
std::optional<std::string> path_in(const Value& value) {
    const std::string* path = nullptr;
    if (const auto* map = value.as<Map>())
        if (const Value* found = map->find("path")) path = found->as<std::string>();
    if (path != nullptr) return *path;
    if (const auto* object = value.as<Object>()) {
        const auto found = object->field("path");
        if (const auto* text = std::get_if<Value>(&found))
            if (text->as<std::string>() != nullptr) return *text->as<std::string>();
    }
    return std::nullopt;
}

}  // namespace

std::string to_literal(const Value& value) {
    switch (value.kind()) {
        case Kind::boolean: return *value.as<bool>() ? "true" : "false";
        case Kind::integer: return std::to_string(*value.as<std::int64_t>());
        case Kind::unsigned_integer: return std::to_string(*value.as<std::uint64_t>()) + "u";
        case Kind::real: return real_literal(*value.as<double>());
        case Kind::duration: return "duration(\"" + text_of(*value.as<Duration>()) + "\")";
        case Kind::timestamp: return "timestamp(\"" + text_of(*value.as<Timestamp>()) + "\")";
        case Kind::type: return std::string(type_name(*value.as<Kind>()));
        case Kind::string: return quoted(*value.as<std::string>());
        case Kind::bytes: return bytes_literal(value.as<Bytes>()->data);
        case Kind::version: return "version(" + quoted(value.as<Version>()->text) + ")";
        case Kind::list:
        case Kind::map:
        case Kind::object: return aggregate_literal(value);
        default: return "null";
    }
}

std::string to_text(const Value& value) {
    switch (value.kind()) {
        case Kind::string: return *value.as<std::string>();
        case Kind::version: return value.as<Version>()->text;
        case Kind::unsigned_integer: return std::to_string(*value.as<std::uint64_t>());
        case Kind::real: return conversion_text(*value.as<double>());
        case Kind::duration: return text_of(*value.as<Duration>());
        case Kind::timestamp: return text_of(*value.as<Timestamp>());
        case Kind::map:
        case Kind::object: {
            auto path = path_in(value);
            return path ? std::move(*path) : to_literal(value);
        }
        default: return to_literal(value);
    }
}

}  // namespace contract::expression
