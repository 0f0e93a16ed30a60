// SPDX-License-Identifier: Apache-2.0
//
// Values of a parsed expression. Every operation judges the kinds it meets, so that a program which was never
// checked fails with a Problem and nothing else.
//
// A value is given as a pointer: into the variables, the program or a list that a macro goes over where it
// lies there anyway, else into `place`, which the caller provides. So nothing is copied, and no count of
// owners touched, to select from a large map or to look at each item of a list. Null: the budget's problem
// says why.
#pragma once

#include <vector>

#include "budget.hpp"

namespace contract::expression {

class Interpreter {
public:
    Interpreter(const Tree& tree, const Variables& variables)
        : tree_(tree), variables_(variables), globals_(tree.names.size()), locals_(tree.locals) {}

    const Value* run(const Node& node, Value& place);
    std::optional<bool> truth(const Node& node);  // none: it is neither true nor false
    Budget& budget() { return budget_; }

    // One item of what a macro goes over.
    struct Item {
        const Value* first = nullptr;  // the item, or the key of a map
        const Value* second =
            nullptr;  // with two variables: the item or value, and `first` is its index or key
    };
    // Calls use(item) for each item with the variables of `node` set to it, until it gives false back. False:
    // the range could not be had.
    template <typename Use>
    bool each(const Node& node, Use use);

private:
    bool problem(const Node& node, std::string_view code, std::string message);
    bool wrong_kind(const Node& node, std::string_view by, std::string_view wanted, const Value& found);
    const Value* whole(const Node& node, const Value* value, Value& place);
    const Value* global(const Node& node);
    const Value* list(const Node& node, Value& place);
    const Value* map(const Node& node, Value& place);
    const Value* keep(const Value* found, const Value* operand, const Value& temporary, Value& place);
    const Value* select(const Node& node, Value& place);
    const Value* field(const Node& node, const Value* operand, const Value& temporary, std::string_view key,
                       Value& place);
    bool no_field(const Node& node, const Value& map, std::string_view key);
    const Value* has(const Node& node, Value& place);
    const Value* index(const Node& node, Value& place);
    const Value* item(const Node& node, const Value* operand, const Value& temporary, const Value& key,
                      Value& place);
    const Value* logic(const Node& node, Value& place);
    const Value* binary(const Node& node, Value& place);
    const Value* conditional(const Node& node, Value& place);
    const Value* call(const Node& node, Value& place);
    const Value* unknown_call(const Node& node);
    const Value* macro(const Node& node, Value& place);
    std::optional<bool> condition(const Node& node, const Node& asker);
    std::optional<bool> presence(const Node& node, const Value& whole, std::string_view key);
    bool quantifier(const Node& node, Value& place);
    bool exactly_one(const Node& node, Value& place);
    bool make_list(const Node& node, Value& place);
    bool make_map(const Node& node, Value& place);
    bool keep_list(const Node& node, List items, Value& place);
    bool keep_map(const Node& node, std::vector<Map::Entry> entries, Value& place);

    const Tree& tree_;
    const Variables& variables_;
    std::vector<const Value*> globals_;  // found so far
    std::vector<const Value*> locals_;   // by slot
    Budget budget_;
};

template <typename Use>
bool Interpreter::each(const Node& node, Use use) {
    Value range_place, whole_place, index;
    const Value* found = run(node.children[0], range_place);
    if (found == nullptr) return false;
    const Value* range = whole(node.children[0], found, whole_place);
    if (range == nullptr) return false;
    const Value *&first = locals_[node.children[1].slot], *before = first;
    const std::uint32_t second_slot = node.variables == 2 ? node.children[2].slot : node.children[1].slot;
    const auto give = [&](const Value& key, const Value& value) {
        first = &key;
        if (node.variables == 2) locals_[second_slot] = &value;
        return budget_.work(node, 1) && use(Item{&key, node.variables == 2 ? &value : nullptr});
    };
    if (const auto* items = range->as<List>()) {
        for (std::size_t i = 0; i < items->size(); ++i) {
            if (node.variables == 2) index = Value(static_cast<std::int64_t>(i));
            if (!give(node.variables == 2 ? index : (*items)[i], (*items)[i])) break;
        }
    } else if (const auto* entries = range->as<Map>()) {
        for (const auto& [key, value] : *entries)
            if (!give(key, value)) break;
    } else {
        return wrong_kind(node.children[0], node.text, "list or map", *range);
    }
    first = before;
    return true;
}

}  // namespace contract::expression
