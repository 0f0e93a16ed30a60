// SPDX-License-Identifier: Apache-2.0
#include "contract/core/value.hpp"

#include <array>

namespace contract::core {

const Entry* Value::find(std::string_view key) const {
    const Map* entries = map();
    if (entries == nullptr) return nullptr;
    for (const auto& entry : *entries)
        if (entry.key.value == key) return &entry;
    return nullptr;
}

bool operator==(const Value& a, const Value& b) {
    return a.data == b.data && a.where == b.where;
}

std::string_view kind_of(const Value& value) {
    constexpr std::array names{"a boolean", "an integer", "a float", "a string",
                               "a date",    "a list",     "a table"};
    return names[value.data.index()];
}

}  // namespace contract::core
