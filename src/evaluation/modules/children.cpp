// SPDX-License-Identifier: Apache-2.0
#include "children.hpp"

#include <functional>

namespace contract::evaluation {

namespace {

constexpr std::size_t few = 8;

std::size_t slot_of(std::string_view name, std::size_t slots) {
    return std::hash<std::string_view>()(name) & (slots - 1);  // their number is a power of two
}

}  // namespace

const std::uint32_t* Children::find(std::string_view name) const {
    if (table_ == nullptr) return nullptr;
    if (table_->slots.empty()) {
        for (const Child& child : table_->children)
            if (child.first == name) return &child.second;
        return nullptr;
    }
    const auto& slots = table_->slots;
    for (std::size_t at = slot_of(name, slots.size()); slots[at] != 0; at = (at + 1) & (slots.size() - 1)) {
        const Child& child = table_->children[slots[at] - 1];
        if (child.first == name) return &child.second;
    }
    return nullptr;
}

void Children::add(std::string name, std::uint32_t node) {
    if (table_ == nullptr) table_ = std::make_unique<Table>();
    table_->children.emplace_back(std::move(name), node);
    const std::size_t number = table_->children.size();
    if (number <= few) return;
    // Half of the slots are free at least, so that what is looked for is near.
    if (number * 2 > table_->slots.size())
        fill_slots(number * 4);
    else
        enter(static_cast<std::uint32_t>(number - 1));
}

void Children::fill_slots(std::size_t number) {
    std::size_t size = 1;
    while (size < number) size *= 2;
    table_->slots.assign(size, 0);
    for (std::uint32_t child = 0; child < table_->children.size(); ++child) enter(child);
}

void Children::enter(std::uint32_t child) {
    auto& slots = table_->slots;
    std::size_t at = slot_of(table_->children[child].first, slots.size());
    while (slots[at] != 0) at = (at + 1) & (slots.size() - 1);
    slots[at] = child + 1;
}

}  // namespace contract::evaluation
