// SPDX-License-Identifier: Apache-2.0
//
// The children of a node by name, in the order in which they were added. A contract may declare tens of
// thousands of options side by side, and each is looked for several times: many are found by their hash, few
// by looking at each. A node without children is as large as a pointer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace contract::evaluation {

class Children {
public:
    using Child = std::pair<std::string, std::uint32_t>;  // its name and node

    bool empty() const { return table_ == nullptr; }
    const Child* begin() const { return table_ == nullptr ? nullptr : table_->children.data(); }
    const Child* end() const {
        return table_ == nullptr ? nullptr : table_->children.data() + table_->children.size();
    }
    // The node of that name; null when there is none.
    const std::uint32_t* find(std::string_view name) const;
    // `name` is none that is there.
    void add(std::string name, std::uint32_t node);

private:
    struct Table {
        std::vector<Child> children;
        std::vector<std::uint32_t> slots;  // by hash: a child and one, or zero; empty while there are few
    };
    void fill_slots(std::size_t number);
    void enter(std::uint32_t child);

    std::unique_ptr<Table> table_;
};

}  // namespace contract::evaluation
