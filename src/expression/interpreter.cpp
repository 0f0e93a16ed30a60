// SPDX-License-Identifier: Apache-2.0
#include "interpreter.hpp"

#include <array>

#include "contract/base/text.hpp"
#include "operators.hpp"
#include "signatures.hpp"

namespace contract::expression {

bool Interpreter::problem(const Node& node, std::string_view code, std::string message) {
    return budget_.fail(problem_at(node, std::string(code), std::move(message)));
}

bool Interpreter::wrong_kind(const Node& node, std::string_view by, std::string_view wanted,
                             const Value& found) {
    return problem(node, "type",
                   "'" + std::string(by) + "' needs " + std::string(wanted) + " here, not " +
                       std::string(word(found.kind())));
}

const Value* Interpreter::run(const Node& node, Value& place) {
    if (--budget_.steps < 0) {
        budget_.work(node, 0);
        return nullptr;
    }
    switch (node.kind) {
        case NodeKind::literal: return &node.literal;
        case NodeKind::local: return locals_[node.slot];
        case NodeKind::global: return global(node);
        case NodeKind::list: return list(node, place);
        case NodeKind::map: return map(node, place);
        case NodeKind::select: return select(node, place);
        case NodeKind::index: return index(node, place);
        case NodeKind::has: return has(node, place);
        case NodeKind::call: return call(node, place);
        case NodeKind::unknown_call: return unknown_call(node);
        case NodeKind::macro: return macro(node, place);
        case NodeKind::logic: return logic(node, place);
        case NodeKind::binary: return binary(node, place);
        case NodeKind::conditional: return conditional(node, place);
        case NodeKind::negate: {
            Value temporary;
            const Value* operand = run(node.children[0], temporary);
            return operand != nullptr && negation(node, *operand, budget_, place) ? &place : nullptr;
        }
        case NodeKind::invert: {
            const auto flag = condition(node.children[0], node);
            if (!flag) return nullptr;
            place = Value(!*flag);
            return &place;
        }
        case NodeKind::name: break;
    }
    throw InternalError("expression: a node of no kind");
}

const Value* Interpreter::global(const Node& node) {
    const Value*& known = globals_[node.slot];
    if (known == nullptr) known = variables_.find(node.text);
    if (known != nullptr) return known;
    if (node.literal.kind() == Kind::type) return &node.literal;
    budget_.fail(problem_at_point(node, "unknown-name", "there is no '" + node.text + "'"));
    return nullptr;
}

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
    return &place;
}

bool Interpreter::keep_list(const Node& node, List items, Value& place) {
    if (items.size() > longest_list)
        return budget_.exhaust(node, "the list gets longer than a million items");
    if (!budget_.room(node, 32 + items.size() * sizeof(Value))) return false;
    place = Value(std::move(items));
    if (place.weight() > heaviest_value) return budget_.exhaust(node, "the value gets larger than 64 MiB");
    return place.depth() <= deepest_value ||
           budget_.exhaust(node, "the value is nested deeper than 200 levels");
}

bool Interpreter::keep_map(const Node& node, std::vector<Map::Entry> entries, Value& place) {
    if (entries.size() > longest_list)
        return budget_.exhaust(node, "the map gets more than a million entries");
    if (!budget_.room(node, 32 + entries.size() * sizeof(Map::Entry)) ||
        !budget_.work(node, entries.size() * 4))
        return false;
    for (const Map::Entry& entry : entries)
        if (!is_key(entry.first.kind()))
            return problem(node, "type",
                           "the key of a map is bool, int, uint or string, not " +
                               std::string(word(entry.first.kind())));
    auto made = Map::from(std::move(entries));
    if (const auto* twice = std::get_if<Value>(&made))
        return problem(node, "value", "the key " + shown(to_literal(*twice)) + " is there twice");
    place = Value(std::get<Map>(std::move(made)));
    if (place.weight() > heaviest_value) return budget_.exhaust(node, "the value gets larger than 64 MiB");
    return place.depth() <= deepest_value ||
           budget_.exhaust(node, "the value is nested deeper than 200 levels");
}

const Value* Interpreter::list(const Node& node, Value& place) {
    List items;
    items.reserve(node.children.size());
    Value temporary;
    for (const Node& child : node.children) {
        const Value* item = run(child, temporary);
        if (item == nullptr) return nullptr;
        items.push_back(item == &temporary ? std::move(temporary) : *item);
    }
    return keep_list(node, std::move(items), place) ? &place : nullptr;
}

const Value* Interpreter::map(const Node& node, Value& place) {
    std::vector<Map::Entry> entries;
    entries.reserve(node.children.size() / 2);
    Value key_place, value_place;
    for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
        const Value* key = run(node.children[i], key_place);
        if (key == nullptr) return nullptr;
        const Value* value = run(node.children[i + 1], value_place);
        if (value == nullptr) return nullptr;
        entries.emplace_back(*key, *value);
    }
    return keep_map(node, std::move(entries), place) ? &place : nullptr;
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
    return operand == nullptr ? nullptr : field(node, operand, temporary, node.text, place);
}

std::optional<bool> Interpreter::presence(const Node& node, const Value& whole, std::string_view key) {
    if (const auto* map = whole.as<Map>()) return map->find(key) != nullptr;
    auto found = whole.as<Object>()->field(key);
    if (auto* wrong = std::get_if<Problem>(&found)) {
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

namespace {

// What a message calls the operator or macro that needs a condition.
std::string_view name_of(const Node& node) {
    switch (node.kind) {
        case NodeKind::invert: return "!";
        case NodeKind::conditional: return "?";
        case NodeKind::macro: return node.text;
        default: return word(node.operation);
    }
}

}  // namespace

std::optional<bool> Interpreter::condition(const Node& node, const Node& asker) {
    Value place;
    const Value* value = run(node, place);
    if (value == nullptr) return std::nullopt;
    const auto flag = value->as<bool>();
    if (!flag) wrong_kind(node, name_of(asker), "bool", *value);
    return flag;
}

std::optional<bool> Interpreter::truth(const Node& node) {
    Value place;
    const Value* value = run(node, place);
    return value == nullptr ? std::nullopt : value->as<bool>();
}

// CEL: a side that decides alone hides an error of the others, whichever comes first.
const Value* Interpreter::logic(const Node& node, Value& place) {
    const bool deciding = node.operation == Operator::logical_or;
    std::optional<Problem> first;
    for (const Node& child : node.children) {
        const auto flag = condition(child, node);
        if (!flag) {
            if (budget_.exhausted) return nullptr;
            if (!first) first = std::move(budget_.problem);
        } else if (*flag == deciding) {
            place = Value(deciding);
            return &place;
        }
    }
    if (first) {
        budget_.fail(std::move(*first));
        return nullptr;
    }
    place = Value(!deciding);
    return &place;
}

const Value* Interpreter::conditional(const Node& node, Value& place) {
    const auto chosen = condition(node.children[0], node);
    return chosen ? run(node.children[*chosen ? 1 : 2], place) : nullptr;
}

const Value* Interpreter::binary(const Node& node, Value& place) {
    Value left_place, right_place;
    const Value* left = run(node.children[0], left_place);
    if (left == nullptr) return nullptr;
    const Value* right = run(node.children[1], right_place);
    if (right == nullptr) return nullptr;
    bool made = false;
    switch (node.operation) {
        case Operator::equal:
        case Operator::unequal: made = equality(node, *left, *right, budget_, place); break;
        case Operator::less:
        case Operator::less_equal:
        case Operator::greater:
        case Operator::greater_equal: made = comparison(node, *left, *right, budget_, place); break;
        case Operator::in: {
            const auto* key = left->as<std::string>();
            if (right->kind() == Kind::object && key != nullptr) {
                const auto present = presence(node, *right, *key);
                if (!present) return nullptr;
                place = Value(*present);
                return &place;
            }
            Value whole_place;
            right = whole(node.children[1], right, whole_place);
            made = right != nullptr && membership(node, *left, *right, budget_, place);
            break;
        }
        default: made = arithmetic(node, *left, *right, budget_, place);
    }
    return made ? &place : nullptr;
}

const Value* Interpreter::call(const Node& node, Value& place) {
    const Signature& signature = *node.signature;
    std::array<Value, 4> places;
    std::array<const Value*, 4> arguments{};
    for (std::size_t i = 0; i < signature.count; ++i) {
        const Value* argument = run(node.children[i], places[i]);
        if (argument == nullptr) return nullptr;
        const Kinds kinds = signature.kinds[i];
        if (!expression::has(kinds, argument->kind())) {
            wrong_kind(node.children[i], signature.name, words(kinds), *argument);
            return nullptr;
        }
        if (argument->kind() == Kind::object && kinds != every_kind) {
            Value made;
            argument = whole(node.children[i], argument, made);
            if (argument == nullptr) return nullptr;
            places[i] = std::move(made);
            argument = &places[i];
        }
        arguments[i] = argument;
    }
    Call made(node, {arguments.data(), signature.count}, budget_);
    return signature.implementation(made, place) ? &place : nullptr;
}

const Value* Interpreter::unknown_call(const Node& node) {
    budget_.fail(unknown_function(node));
    return nullptr;
}

}  // namespace contract::expression
