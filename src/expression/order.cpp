// SPDX-License-Identifier: Apache-2.0
#include "order.hpp"

#include <cmath>

namespace contract::expression {

namespace {

std::partial_ordering reversed(std::partial_ordering order) {
    return 0 <=> order;
}

// 2^63 and 2^64 are doubles, the greatest integers below them are not.
std::partial_ordering compare(std::int64_t a, double b) {
    if (std::isnan(b)) return std::partial_ordering::unordered;
    if (b >= 0x1p63) return std::partial_ordering::less;
    if (b < -0x1p63) return std::partial_ordering::greater;
    const auto whole = static_cast<std::int64_t>(b);  // towards zero
    if (a != whole) return a <=> whole;
    return static_cast<double>(whole) <=> b;
}

std::partial_ordering compare(std::uint64_t a, double b) {
    if (std::isnan(b)) return std::partial_ordering::unordered;
    if (b >= 0x1p64) return std::partial_ordering::less;
    if (b < 0) return std::partial_ordering::greater;
    const auto whole = static_cast<std::uint64_t>(b);
    if (a != whole) return a <=> whole;
    return static_cast<double>(whole) <=> b;
}

std::strong_ordering compare(std::int64_t a, std::uint64_t b) {
    if (a < 0) return std::strong_ordering::less;
    return static_cast<std::uint64_t>(a) <=> b;
}

bool same_items(const List& a, const List& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (!(a[i] == b[i])) return false;
    return true;
}

bool same_entries(const Map& a, const Map& b) {
    if (a.size() != b.size()) return false;
    for (auto left = a.begin(), right = b.begin(); left != a.end(); ++left, ++right)
        if (!(left->first == right->first) || !(left->second == right->second)) return false;
    return true;
}

// An object becomes the map it stands for.
Value whole_of(const Value& value) {
    const Object* object = value.as<Object>();
    if (object == nullptr) return value;
    auto whole = object->whole();
    auto* map = std::get_if<Value>(&whole);
    return map == nullptr ? Value() : std::move(*map);
}

}  // namespace

bool is_number(Kind kind) {
    return kind == Kind::integer || kind == Kind::unsigned_integer || kind == Kind::real;
}

std::partial_ordering compare_numbers(const Value& a, const Value& b) {
    if (const auto x = a.as<std::int64_t>()) {
        if (const auto y = b.as<std::int64_t>()) return *x <=> *y;
        if (const auto y = b.as<std::uint64_t>()) return compare(*x, *y);
        return compare(*x, *b.as<double>());
    }
    if (const auto x = a.as<std::uint64_t>()) {
        if (const auto y = b.as<std::int64_t>()) return reversed(compare(*y, *x));
        if (const auto y = b.as<std::uint64_t>()) return *x <=> *y;
        return compare(*x, *b.as<double>());
    }
    const double x = *a.as<double>();
    if (const auto y = b.as<std::int64_t>()) return reversed(compare(*y, x));
    if (const auto y = b.as<std::uint64_t>()) return reversed(compare(*y, x));
    return x <=> *b.as<double>();
}

std::optional<std::partial_ordering> compare(const Value& a, const Value& b) {
    if (is_number(a.kind()) && is_number(b.kind())) return compare_numbers(a, b);
    if (a.kind() != b.kind()) return std::nullopt;
    switch (a.kind()) {
        case Kind::boolean: return *a.as<bool>() <=> *b.as<bool>();
        case Kind::string: return *a.as<std::string>() <=> *b.as<std::string>();  // as code points do
        case Kind::bytes: return a.as<Bytes>()->data <=> b.as<Bytes>()->data;
        case Kind::duration: return *a.as<Duration>() <=> *b.as<Duration>();
        case Kind::timestamp: return *a.as<Timestamp>() <=> *b.as<Timestamp>();
        default: return std::nullopt;
    }
}

bool operator==(const Value& a, const Value& b) {
    if (is_number(a.kind()) && is_number(b.kind())) return compare_numbers(a, b) == 0;
    if (a.kind() == Kind::object || b.kind() == Kind::object) {
        const Value left = whole_of(a), right = whole_of(b);
        return left.as<Map>() != nullptr && right.as<Map>() != nullptr &&
               same_entries(*left.as<Map>(), *right.as<Map>());
    }
    if (a.kind() != b.kind()) return false;
    switch (a.kind()) {
        case Kind::null: return true;
        case Kind::type: return a.as<Kind>() == b.as<Kind>();
        case Kind::list: return same_items(*a.as<List>(), *b.as<List>());
        case Kind::map: return same_entries(*a.as<Map>(), *b.as<Map>());
        default: return compare(a, b) == std::partial_ordering::equivalent;
    }
}

}  // namespace contract::expression
