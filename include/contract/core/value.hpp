// SPDX-License-Identifier: Apache-2.0
//
// A value as a file says it: a tree in which every key and value knows where it was written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "contract/base/span.hpp"

namespace contract::core {

struct Value;

struct Entry;
using List = std::vector<Value>;
using Map = std::vector<Entry>;  // in document order, keys unique

// A date or time of TOML, kept as its text.
struct DateTime {
    std::string text;
    friend bool operator==(const DateTime&, const DateTime&) = default;
};

struct Value {
    std::variant<bool, std::int64_t, double, std::string, DateTime, List, Map> data;
    // A scalar or list: its literal. A table: its header, or its inline text.
    Span where;

    const Map* map() const { return std::get_if<Map>(&data); }
    const List* list() const { return std::get_if<List>(&data); }
    const std::string* string() const { return std::get_if<std::string>(&data); }
    const std::int64_t* integer() const { return std::get_if<std::int64_t>(&data); }
    const bool* boolean() const { return std::get_if<bool>(&data); }
    // The entry of a map; null when there is none or this is no map.
    const Entry* find(std::string_view key) const;
    friend bool operator==(const Value&, const Value&);
};

struct Entry {
    Located<std::string> key;
    Value value;
    friend bool operator==(const Entry&, const Entry&) = default;
};

// "a table", "a string", "an integer": for messages.
std::string_view kind_of(const Value& value);

}  // namespace contract::core
