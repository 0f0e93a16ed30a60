// SPDX-License-Identifier: Apache-2.0
//
// Values of expressions: sixteen bytes, immutable, shared when copied. What they hold is asked by C++ type:
// `value.as<std::string>()` is a pointer for what is shared (string, Bytes, Version, List, Map, Object) and a
// std::optional for what is small (bool, int64_t, uint64_t, double, Duration, Timestamp, Kind); both are
// false when the value is of another kind. Safe to share between threads.
#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "contract/expression/problem.hpp"

namespace contract::expression {

// The kinds of values, and of what is known of them before they exist: `dynamic` is no value's kind.
enum class Kind : std::uint8_t {
    null,
    boolean,
    integer,
    unsigned_integer,
    real,
    duration,
    timestamp,
    type,
    string,  // from here on: shared
    bytes,
    version,
    list,
    map,
    object,  // a map to the language; see Object
    dynamic,
};
std::string_view word(Kind kind);       // as messages say it: "int", "null", "timestamp"; an object is a map
std::string_view type_name(Kind kind);  // as type() gives it: "int", "null_type", "google.protobuf.Timestamp"

class Value;
class Map;
class Object;
using List = std::vector<Value>;
using Outcome = std::variant<Value, Problem>;

struct Bytes {
    std::string data;
};
struct Version {  // ordered as dpkg orders versions
    std::string text;
};
struct Duration {  // not quite 300 years, as in cel-go: the published cases want no more
    std::int64_t nanoseconds = 0;
    friend auto operator<=>(const Duration&, const Duration&) = default;
};
struct Timestamp {  // since 1970-01-01T00:00:00Z; nanoseconds 0 to 999,999,999
    std::int64_t seconds = 0;
    std::int32_t nanoseconds = 0;
    friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

template <typename T>
concept SharedContent = std::same_as<T, std::string> || std::same_as<T, Bytes> || std::same_as<T, Version> ||
    std::same_as<T, List> || std::same_as<T, Map> || std::same_as<T, Object>;

class Value {
public:
    Value() = default;  // null
    Value(std::nullptr_t) {}
    template <std::same_as<bool> T>
    Value(T truth) : kind_(Kind::boolean) {
        content_.boolean = truth;
    }
    template <std::signed_integral T>
    requires(!std::same_as<T, char>) Value(T number) : kind_(Kind::integer) { content_.integer = number; }
    template <std::floating_point T>
    Value(T number) : kind_(Kind::real) {
        content_.real = number;
    }
    Value(Duration duration);
    Value(Timestamp timestamp);
    Value(std::string text);  // must be UTF-8
    Value(std::string_view text) : Value(std::string(text)) {}
    Value(const char* text) : Value(std::string(text)) {}
    Value(Bytes bytes);
    Value(Version version);
    Value(List items);
    Value(Map map);
    Value(std::shared_ptr<const Object> object);  // must not be null
    // Said by name, because sizes of C++ would become uint by accident otherwise.
    static Value unsigned_integer(std::uint64_t number);
    static Value type(Kind kind);

    Value(const Value& other) : Value(other.kind_, other.nanoseconds_, other.content_) { retain(); }
    Value(Value&& other) noexcept : Value(other.kind_, other.nanoseconds_, other.content_) {
        other.kind_ = Kind::null;
    }
    Value& operator=(Value other) noexcept {
        std::swap(kind_, other.kind_);
        std::swap(nanoseconds_, other.nanoseconds_);
        std::swap(content_, other.content_);
        return *this;
    }
    ~Value() {
        if (is_shared()) release();
    }

    Kind kind() const { return kind_; }
    bool is_null() const { return kind_ == Kind::null; }
    template <SharedContent T>
    const T* as() const;
    template <typename T>
    requires(!SharedContent<T>) std::optional<T> as()
    const;
    // How many lists and maps are inside each other: 0 for what holds none. An object counts as an empty map.
    std::size_t depth() const;
    // About the bytes that it takes written out, with what is shared counted everywhere it stands: the
    // measure of the work that comparing or printing it is.
    std::uint64_t weight() const;

    // As `==` of the language: 1 is 1.0, NaN is not itself, lists and maps by their items. An object whose
    // whole cannot be had equals nothing.
    friend bool operator==(const Value& a, const Value& b);

private:
    // What lies behind a shared value: counted, then the content.
    struct Shared {
        mutable std::atomic<std::uint32_t> owners{1};
        std::uint32_t depth = 0;
        std::uint64_t weight = 0;
    };
    template <typename T>
    struct Holder;
    union Content {
        bool boolean;
        std::int64_t integer = 0;
        std::uint64_t unsigned_integer;
        double real;
        Kind type;
        const Shared* shared;
    };

    Value(Kind kind, std::int32_t nanoseconds, Content content)
        : kind_(kind), nanoseconds_(nanoseconds), content_(content) {}
    template <typename T>
    static Content hold(T content, std::uint64_t weight, std::size_t depth = 0);
    bool is_shared() const { return kind_ >= Kind::string; }
    void retain() const {
        if (is_shared()) content_.shared->owners.fetch_add(1, std::memory_order_relaxed);
    }
    void release() const noexcept;

    Kind kind_ = Kind::null;
    std::int32_t nanoseconds_ = 0;  // of a timestamp, whose seconds are `integer`
    Content content_;
};

template <>
inline std::optional<bool> Value::as<bool>() const {
    return kind_ == Kind::boolean ? std::optional(content_.boolean) : std::nullopt;
}
template <>
inline std::optional<std::int64_t> Value::as<std::int64_t>() const {
    return kind_ == Kind::integer ? std::optional(content_.integer) : std::nullopt;
}
template <>
inline std::optional<std::uint64_t> Value::as<std::uint64_t>() const {
    return kind_ == Kind::unsigned_integer ? std::optional(content_.unsigned_integer) : std::nullopt;
}
template <>
inline std::optional<double> Value::as<double>() const {
    return kind_ == Kind::real ? std::optional(content_.real) : std::nullopt;
}
template <>
inline std::optional<Kind> Value::as<Kind>() const {
    return kind_ == Kind::type ? std::optional(content_.type) : std::nullopt;
}
template <>
inline std::optional<Duration> Value::as<Duration>() const {
    if (kind_ != Kind::duration) return std::nullopt;
    return Duration{content_.integer};
}
template <>
inline std::optional<Timestamp> Value::as<Timestamp>() const {
    if (kind_ != Kind::timestamp) return std::nullopt;
    return Timestamp{content_.integer, nanoseconds_};
}
// Keys are bool, int, uint or string; 1 and 1u are one key. Sorted: numbers by value, then bool, then strings
// by code point.
class Map {
public:
    using Entry = std::pair<Value, Value>;

    Map() = default;
    Map(std::initializer_list<Entry> entries);  // a later entry replaces an earlier one
    // Sorts them. The first key that is of no kind for keys, or there twice, is given back instead.
    static std::variant<Map, Value> from(std::vector<Entry> entries);

    // Adds or replaces. Fast for keys that come in order, linear otherwise. The key must be of a kind for
    // keys.
    void set(Value key, Value value);
    // As the language looks keys up: 1, 1u and 1.0 find the same. Null when there is none.
    const Value* find_key(const Value& key) const;
    const Value* find(std::string_view key) const;

    std::size_t size() const { return entries_.size(); }
    bool empty() const { return entries_.empty(); }
    auto begin() const { return entries_.begin(); }
    auto end() const { return entries_.end(); }

private:
    std::vector<Entry> entries_;
};

bool is_key(Kind kind);

// A map whose fields are looked up when selected, such as the options of a host while they are being decided.
struct Absent {};
class Object {
public:
    virtual ~Object() = default;
    // Absent: there is no such field. A Problem gets the position of the selection that asked; its own is
    // ignored.
    virtual std::variant<Value, Absent, Problem> field(std::string_view key) const = 0;
    // All of it as a Map, when something needs that: equality, size, iteration, printing.
    virtual Outcome whole() const = 0;
};

}  // namespace contract::expression
