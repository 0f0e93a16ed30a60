// SPDX-License-Identifier: Apache-2.0
#include "contract/expression/value.hpp"

#include <algorithm>

#include "contract/base/result.hpp"
#include "order.hpp"

namespace contract::expression {

template <typename T>
struct Value::Holder : Shared {
    explicit Holder(T held) : content(std::move(held)) {}
    T content;
};

namespace {

// An Object is held by a pointer of its own.
using ObjectPtr = std::shared_ptr<const Object>;

struct Measure {
    std::uint64_t weight = 16;
    std::size_t depth = 0;
    void add(const Value& value) {
        const std::uint64_t sum = weight + value.weight();
        weight = sum < weight ? UINT64_MAX : sum;
        depth = std::max(depth, value.depth());
    }
};

Measure measure(const List& items) {
    Measure measure;
    for (const Value& item : items) measure.add(item);
    return measure;
}

Measure measure(const Map& map) {
    Measure measure;
    for (const auto& [key, value] : map) {
        measure.add(key);
        measure.add(value);
    }
    return measure;
}

}  // namespace

template <typename T>
Value::Content Value::hold(T content, std::uint64_t weight, std::size_t depth) {
    auto* holder = new Holder<T>(std::move(content));
    holder->weight = weight;
    holder->depth = static_cast<std::uint32_t>(depth);
    Content out;
    out.shared = holder;
    return out;
}

void Value::release() const noexcept {
    const Shared* shared = content_.shared;
    if (shared->owners.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    switch (kind_) {
        case Kind::string: delete static_cast<const Holder<std::string>*>(shared); break;
        case Kind::bytes: delete static_cast<const Holder<Bytes>*>(shared); break;
        case Kind::version: delete static_cast<const Holder<Version>*>(shared); break;
        case Kind::list: delete static_cast<const Holder<List>*>(shared); break;
        case Kind::map: delete static_cast<const Holder<Map>*>(shared); break;
        default: delete static_cast<const Holder<ObjectPtr>*>(shared); break;
    }
}

Value::Value(Duration duration) : kind_(Kind::duration) {
    content_.integer = duration.nanoseconds;
}
Value::Value(Timestamp timestamp) : kind_(Kind::timestamp), nanoseconds_(timestamp.nanoseconds) {
    content_.integer = timestamp.seconds;
}
Value::Value(std::string text) : kind_(Kind::string) {
    const std::size_t size = text.size();
    content_ = hold(std::move(text), 16 + size);
}
Value::Value(Bytes bytes) : kind_(Kind::bytes) {
    const std::size_t size = bytes.data.size();
    content_ = hold(std::move(bytes), 16 + size);
}
Value::Value(Version version) : kind_(Kind::version) {
    const std::size_t size = version.text.size();
    content_ = hold(std::move(version), 16 + size);
}
Value::Value(List items) : kind_(Kind::list) {
    const Measure measured = measure(items);
    content_ = hold(std::move(items), measured.weight, measured.depth + 1);
}
Value::Value(Map map) : kind_(Kind::map) {
    const Measure measured = measure(map);
    content_ = hold(std::move(map), measured.weight, measured.depth + 1);
}
Value::Value(std::shared_ptr<const Object> object) : kind_(Kind::object) {
    if (object == nullptr) throw InternalError("expression: a value of no object");
    content_ = hold(std::move(object), 16, 1);
}

Value Value::unsigned_integer(std::uint64_t number) {
    Value value;
    value.kind_ = Kind::unsigned_integer;
    value.content_.unsigned_integer = number;
    return value;
}

Value Value::type(Kind kind) {
    Value value;
    value.kind_ = Kind::type;
    value.content_.type = kind == Kind::object ? Kind::map : kind;
    return value;
}

std::size_t Value::depth() const {
    return is_shared() ? content_.shared->depth : 0;
}

std::uint64_t Value::weight() const {
    return is_shared() ? content_.shared->weight : 16;
}

template <>
const std::string* Value::as<std::string>() const {
    if (kind_ != Kind::string) return nullptr;
    return &static_cast<const Holder<std::string>*>(content_.shared)->content;
}
template <>
const Bytes* Value::as<Bytes>() const {
    if (kind_ != Kind::bytes) return nullptr;
    return &static_cast<const Holder<Bytes>*>(content_.shared)->content;
}
template <>
const Version* Value::as<Version>() const {
    if (kind_ != Kind::version) return nullptr;
    return &static_cast<const Holder<Version>*>(content_.shared)->content;
}
template <>
const List* Value::as<List>() const {
    return kind_ == Kind::list ? &static_cast<const Holder<List>*>(content_.shared)->content : nullptr;
}
template <>
const Map* Value::as<Map>() const {
    return kind_ == Kind::map ? &static_cast<const Holder<Map>*>(content_.shared)->content : nullptr;
}
template <>
const Object* Value::as<Object>() const {
    if (kind_ != Kind::object) return nullptr;
    return static_cast<const Holder<ObjectPtr>*>(content_.shared)->content.get();
}

}  // namespace contract::expression
