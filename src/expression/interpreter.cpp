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
        if (entry.first.weight() > longest_key && !budget_.work(node, entry.first.weight() / 4)) return false;
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
            if (left->weight() > longest_key && !budget_.work(node, left->weight() / 4)) return nullptr;
            made = right != nullptr && membership(node, *left, *right, budget_, place);
            break;
        }
        default: made = arithmetic(node, *left, *right, budget_, place);
    }
    return made ? &place : nullptr;
}

namespace {

bool has_text(const Value& value) {
    return value.kind() == Kind::string || value.kind() == Kind::bytes || value.kind() == Kind::version;
}

}  // namespace

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
        // Whatever a function does with a long text, it may look at all of it.
        if (argument->weight() > longest_key && has_text(*argument) &&
            !budget_.work(node, argument->weight() / 64))
            return nullptr;
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
