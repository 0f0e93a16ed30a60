// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "order.hpp"

namespace contract::expression {

namespace {

int rank(Kind kind) {
    if (is_number(kind)) return 0;
    return kind == Kind::boolean ? 1 : 2;
}

bool before(const Map::Entry& a, const Map::Entry& b) {
    return compare_keys(a.first, b.first) < 0;
}

}  // namespace

bool is_key(Kind kind) {
    return kind == Kind::boolean || kind == Kind::integer || kind == Kind::unsigned_integer ||
           kind == Kind::string;
}

std::strong_ordering compare_keys(const Value& a, const Value& b) {
    if (const auto* x = a.as<std::string>())
        if (const auto* y = b.as<std::string>()) return *x <=> *y;
    if (const auto order = rank(a.kind()) <=> rank(b.kind()); order != 0) return order;
    if (a.kind() == Kind::boolean) return *a.as<bool>() <=> *b.as<bool>();
    const auto order = compare_numbers(a, b);
    return order < 0    ? std::strong_ordering::less
           : order == 0 ? std::strong_ordering::equal
                        : std::strong_ordering::greater;
}

Map::Map(std::initializer_list<Entry> entries) {
    for (const Entry& entry : entries) set(entry.first, entry.second);
}

std::variant<Map, Value> Map::from(std::vector<Entry> entries) {
    for (const Entry& entry : entries)
        if (!is_key(entry.first.kind())) return entry.first;
    std::stable_sort(entries.begin(), entries.end(), before);
    for (std::size_t i = 1; i < entries.size(); ++i)
        if (!before(entries[i - 1], entries[i])) return entries[i].first;
    Map map;
    map.entries_ = std::move(entries);
    return map;
}

void Map::set(Value key, Value value) {
    Entry entry(std::move(key), std::move(value));
    if (entries_.empty() || before(entries_.back(), entry)) {
        entries_.push_back(std::move(entry));
        return;
    }
    const auto place = std::lower_bound(entries_.begin(), entries_.end(), entry, before);
    if (before(entry, *place))
        entries_.insert(place, std::move(entry));
    else
        *place = std::move(entry);
}

namespace {

// A double that is exactly an integer as one.
std::optional<Value> exact(double number) {
    if (!(number >= -0x1p63 && number < 0x1p64)) return std::nullopt;
    if (number >= 0) {
        const auto whole = static_cast<std::uint64_t>(number);
        if (static_cast<double>(whole) == number) return Value::unsigned_integer(whole);
        return std::nullopt;
    }
    const auto whole = static_cast<std::int64_t>(number);
    return static_cast<double>(whole) == number ? std::optional(Value(whole)) : std::nullopt;
}

}  // namespace

const Value* Map::find_key(const Value& key) const {
    if (const auto number = key.as<double>()) {
        const auto whole = exact(*number);
        return whole ? find_key(*whole) : nullptr;
    }
    if (!is_key(key.kind())) return nullptr;
    const auto place = std::lower_bound(
        entries_.begin(), entries_.end(), key,
        [](const Entry& entry, const Value& wanted) { return compare_keys(entry.first, wanted) < 0; });
    if (place == entries_.end() || compare_keys(place->first, key) != 0) return nullptr;
    return &place->second;
}

const Value* Map::find(std::string_view key) const {
    const auto place = std::lower_bound(entries_.begin(), entries_.end(), key,
                                        [](const Entry& entry, std::string_view wanted) {
                                            const auto* text = entry.first.as<std::string>();
                                            return text == nullptr || *text < wanted;
                                        });
    if (place == entries_.end() || *place->first.as<std::string>() != key) return nullptr;
    return &place->second;
}

}  // namespace contract::expression
