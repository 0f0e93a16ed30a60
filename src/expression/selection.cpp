// SPDX-License-Identifier: Apache-2.0
//
// Selecting a field, asking for one, and indexing.
#include "contract/base/text.hpp"
#include "interpreter.hpp"

namespace contract::expression {

// An object as the map it stands for, anything else as it is.
const Value* Interpreter::whole(const Node& node, const Value* value, Value& place) {
    const Object* object = value->as<Object>();
    if (object == nullptr) return value;
    auto made = object->whole();
    if (auto* wrong = std::get_if<Problem>(&made)) {
        wrong->begin = node.begin;
        wrong->end = node.end;
        budget_.fail(std::move(*wrong));
        return nullptr;
    }
    place = std::get<Value>(std::move(made));
    const auto* map = place.as<Map>();
    return map == nullptr || budget_.work(node, map->size()) ? &place : nullptr;
}

// What was found inside `operand` outlives this call unless the operand was made on the way.
const Value* Interpreter::keep(const Value* found, const Value* operand, const Value& temporary,
                               Value& place) {
    if (operand != &temporary) return found;
    Value kept = *found;
    place = std::move(kept);
    return &place;
}

bool Interpreter::no_field(const Node& node, const Value& map, std::string_view key) {
    budget_.fail(problem_at_point(node, "value", "there is no '" + shown(key) + "'"));
    constexpr std::size_t most_compared = 50;
    const auto* entries = map.as<Map>();
    if (entries == nullptr || entries->size() > most_compared || !budget_.work(node, 50)) return false;
    std::vector<std::string> names;
    for (const auto& entry : *entries)
        if (const auto* name = entry.first.as<std::string>(); name && name->size() <= 64)
            names.push_back(*name);
    budget_.problem->help = did_you_mean(key.substr(0, 64), names);
    return false;
}

const Value* Interpreter::field(const Node& node, const Value* operand, const Value& temporary,
                                std::string_view key, Value& place) {
    if (const auto* map = operand->as<Map>()) {
        if (const Value* found = map->find(key)) return keep(found, operand, temporary, place);
    } else if (const auto* object = operand->as<Object>()) {
        auto found = object->field(key);
        if (auto* value = std::get_if<Value>(&found)) {
            place = std::move(*value);
            return &place;
        }
        if (auto* wrong = std::get_if<Problem>(&found)) {
            wrong->begin = node.point_begin;
            wrong->end = node.point_end;
            budget_.fail(std::move(*wrong));
            return nullptr;
        }
    } else {
        wrong_kind(node.children[0], "." + shown(key), "map", *operand);
        return nullptr;
    }
    no_field(node, *operand, key);
    return nullptr;
}

const Value* Interpreter::select(const Node& node, Value& place) {
    Value temporary;
    const Value* operand = run(node.children[0], temporary);
    if (node.text.size() > longest_key && !budget_.work(node, node.text.size() / 4)) return nullptr;
    return operand == nullptr ? nullptr : field(node, operand, temporary, node.text, place);
}

std::optional<bool> Interpreter::presence(const Node& node, const Value& whole, std::string_view key) {
    if (const auto* map = whole.as<Map>()) return map->find(key) != nullptr;
    auto found = whole.as<Object>()->field(key);
    if (auto* wrong = std::get_if<Problem>(&found)) {
        if (wrong->code == "hidden") return true;  // a field whose value is for nobody is one all the same
        wrong->begin = node.point_begin;
        wrong->end = node.point_end;
        budget_.fail(std::move(*wrong));
        return std::nullopt;
    }
    return std::holds_alternative<Value>(found);
}

const Value* Interpreter::has(const Node& node, Value& place) {
    Value temporary;
    const Value* operand = run(node.children[0], temporary);
    if (operand == nullptr) return nullptr;
    if (operand->kind() != Kind::map && operand->kind() != Kind::object) {
        wrong_kind(node.children[0], "has", "map", *operand);
        return nullptr;
    }
    const auto present = presence(node, *operand, node.text);
    if (!present) return nullptr;
    place = Value(*present);
    return &place;
}

const Value* Interpreter::index(const Node& node, Value& place) {
    Value temporary, key_place;
    const Value* operand = run(node.children[0], temporary);
    if (operand == nullptr) return nullptr;
    const Value* key = run(node.children[1], key_place);
    if (key == nullptr) return nullptr;
    if (key->weight() > longest_key && !budget_.work(node, key->weight() / 4)) return nullptr;
    if (const auto* text = key->as<std::string>(); text != nullptr && operand->kind() != Kind::list) {
        if (operand->kind() == Kind::map || operand->kind() == Kind::object)
            return field(node, operand, temporary, *text, place);
    }
    return item(node, operand, temporary, *key, place);
}

namespace {

// A number that counts items: an int, or another number that is a whole one.
std::optional<std::int64_t> position_of(const Value& key) {
    if (const auto number = key.as<std::int64_t>()) return number;
    if (const auto number = key.as<std::uint64_t>())
        return *number <= INT64_MAX ? std::optional(static_cast<std::int64_t>(*number)) : std::nullopt;
    const auto number = key.as<double>();
    if (!number || !(*number >= -0x1p62 && *number <= 0x1p62)) return std::nullopt;
    const auto whole = static_cast<std::int64_t>(*number);
    return static_cast<double>(whole) == *number ? std::optional(whole) : std::nullopt;
}

}  // namespace

const Value* Interpreter::item(const Node& node, const Value* operand, const Value& temporary,
                               const Value& key, Value& place) {
    if (const auto* items = operand->as<List>()) {
        const auto position = position_of(key);
        if (!position) {
            wrong_kind(node.children[1], "[…]", "int", key);
            return nullptr;
        }
        if (*position >= 0 && static_cast<std::uint64_t>(*position) < items->size())
            return keep(&(*items)[static_cast<std::size_t>(*position)], operand, temporary, place);
        budget_.fail(problem_at_point(
            node, "value",
            "the list has " + count(items->size(), "item") + ", no item " + std::to_string(*position)));
        return nullptr;
    }
    Value whole_place;
    const Value* map = whole(node.children[0], operand, whole_place);
    if (map == nullptr) return nullptr;
    const auto* entries = map->as<Map>();
    if (entries == nullptr) {
        wrong_kind(node.children[0], "[…]", "list or map", *operand);
        return nullptr;
    }
    if (const Value* found = entries->find_key(key))
        return keep(found, map == &whole_place ? &whole_place : operand,
                    map == &whole_place ? whole_place : temporary, place);
    if (!is_key(key.kind()) && key.kind() != Kind::real) {
        wrong_kind(node.children[1], "[…]", "bool, int, uint or string", key);
    } else {
        budget_.fail(problem_at_point(node, "value", "there is no key " + shown(to_literal(key))));
    }
    return nullptr;
}

}  // namespace contract::expression
