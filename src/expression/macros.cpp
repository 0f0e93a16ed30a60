// SPDX-License-Identifier: Apache-2.0
//
// Macros go over a list or map. all and exists are && and || over every item: one that decides hides the
// errors of the others. The rest fail with the first error.
#include "interpreter.hpp"

namespace contract::expression {

namespace {

// The value as a thing of its own: a place inside of a macro is used again for the next item.
Value taken(const Value* value, Value& place) {
    return value == &place ? std::move(place) : *value;
}

}  // namespace

const Value* Interpreter::macro(const Node& node, Value& place) {
    bool made = false;
    switch (node.macro) {
        case Macro::all:
        case Macro::exists: made = quantifier(node, place); break;
        case Macro::exists_one: made = exactly_one(node, place); break;
        case Macro::map:
        case Macro::filter:
        case Macro::transform_list: made = make_list(node, place); break;
        case Macro::transform_map: made = make_map(node, place); break;
    }
    return made ? &place : nullptr;
}

bool Interpreter::quantifier(const Node& node, Value& place) {
    const bool deciding = node.macro == Macro::exists;
    const Node& predicate = node.children.back();
    std::optional<Problem> first;
    bool decided = false;
    const bool ranged = each(node, [&](const Item&) {
        const auto flag = condition(predicate, node);
        if (!flag) {
            if (budget_.exhausted) return false;
            if (!first) first = std::move(budget_.problem);
        }
        decided = flag && *flag == deciding;
        return !decided;
    });
    if (!ranged || budget_.exhausted) return false;
    if (!decided && first) return budget_.fail(std::move(*first));
    place = Value(decided == deciding);
    return true;
}

bool Interpreter::exactly_one(const Node& node, Value& place) {
    std::size_t number = 0;
    bool failed = false;
    const bool ranged = each(node, [&](const Item&) {
        const auto flag = condition(node.children.back(), node);
        failed = !flag;
        if (flag && *flag) ++number;
        return !failed;
    });
    if (!ranged || failed || budget_.exhausted) return false;
    place = Value(number == 1);
    return true;
}

bool Interpreter::make_list(const Node& node, Value& place) {
    List items;
    bool failed = false;
    const std::size_t first_expression = 1 + node.variables;
    const bool filters = node.macro == Macro::filter || node.children.size() > first_expression + 1;
    const bool ranged = each(node, [&](const Item& item) {
        if (filters) {
            const auto flag = condition(node.children[first_expression], node);
            failed = !flag;
            if (!flag || !*flag) return !failed;
        }
        if (node.macro == Macro::filter) {
            items.push_back(*item.first);
        } else {
            Value temporary;
            const Value* made = run(node.children.back(), temporary);
            failed = made == nullptr;
            if (!failed) items.push_back(taken(made, temporary));
        }
        return !failed;
    });
    if (!ranged || failed || budget_.exhausted) return false;
    return keep_list(node, std::move(items), place);
}

bool Interpreter::make_map(const Node& node, Value& place) {
    std::vector<Map::Entry> entries;
    bool failed = false;
    const bool filters = node.children.size() > 4;
    const bool ranged = each(node, [&](const Item& item) {
        if (filters) {
            const auto flag = condition(node.children[3], node);
            failed = !flag;
            if (!flag || !*flag) return !failed;
        }
        Value temporary;
        const Value* made = run(node.children.back(), temporary);
        failed = made == nullptr;
        if (!failed) entries.emplace_back(*item.first, taken(made, temporary));
        return !failed;
    });
    if (!ranged || failed || budget_.exhausted) return false;
    return keep_map(node, std::move(entries), place);
}

}  // namespace contract::expression
