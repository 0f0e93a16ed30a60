// SPDX-License-Identifier: Apache-2.0
//
// JSON as a plain value, so that no other room compiles nlohmann-json. Objects keep the order they were built
// in; writing is deterministic, and text that is not UTF-8 is written with U+FFFD.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "contract/base/result.hpp"

namespace contract::json {

struct Value;
using Array = std::vector<Value>;
using Member = std::pair<std::string, Value>;
using Object = std::vector<Member>;

struct Value {
    std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object> data = nullptr;

    Value() = default;
    Value(std::nullptr_t) {}
    Value(bool value) : data(value) {}
    Value(int value) : data(std::int64_t{value}) {}
    Value(std::int64_t value) : data(value) {}
    Value(double value) : data(value) {}
    Value(const char* value) : data(std::string(value)) {}
    Value(std::string value) : data(std::move(value)) {}
    Value(std::string_view value) : data(std::string(value)) {}
    Value(Array value) : data(std::move(value)) {}
    Value(Object value) : data(std::move(value)) {}

    const Value* find(std::string_view key) const;  // null when this is no object or has no such member
    friend bool operator==(const Value&, const Value&) = default;
};

enum class Layout { compact, indented };  // indented: two spaces
std::string write(const Value& value, Layout layout);

// At most 256 levels deep. Error: bad-json, with line and column in the message.
Result<Value> read(std::string_view text);

}  // namespace contract::json
