// SPDX-License-Identifier: Apache-2.0
#include "order.hpp"

#include <cmath>

#include "contract/base/version.hpp"

namespace contract::expression {

namespace {

std::partial_ordering reversed(std::partial_ordering order) {
    return 0 <=> order;
}

// As CEL has it: against a double every number counts as the double next to it. No range has to be looked at:
// what is beyond all integers is beyond the double of any.
template <typename Whole>
std::partial_ordering compare(Whole a, double b) {
    return static_cast<double>(a) <=> b;
}

std::strong_ordering compare(std::int64_t a, std::uint64_t b) {
    if (a < 0) return std::strong_ordering::less;
    return static_cast<std::uint64_t>(a) <=> b;
}

using Equal = std::variant<bool, Problem>;

// All of them equal: one that differs decides, and otherwise the first problem.
class Conjunction {
public:
    // False: it is decided.
    bool add(Equal equal) {
        if (auto* problem = std::get_if<Problem>(&equal); problem != nullptr) {
            if (!problem_) problem_ = std::move(*problem);
            return true;
        }
        differs_ = !std::get<bool>(equal);
        return !differs_;
    }
    Equal take() {
        if (!differs_ && problem_) return std::move(*problem_);
        return !differs_;
    }

private:
    bool differs_ = false;
    std::optional<Problem> problem_;
};

Equal same_items(const List& a, const List& b) {
    if (a.size() != b.size()) return false;
    Conjunction all;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (!all.add(are_equal(a[i], b[i]))) break;
    return all.take();
}

Equal same_entries(const Map& a, const Map& b) {
    if (a.size() != b.size()) return false;
    Conjunction all;
    for (auto left = a.begin(), right = b.begin(); left != a.end(); ++left, ++right)
        if (compare_keys(left->first, right->first) != 0 || !all.add(are_equal(left->second, right->second)))
            return false;
    return all.take();
}

// With objects as the maps they stand for.
Equal same_wholes(const Value& a, const Value& b) {
    for (const Value* side : {&a, &b}) {
        const Object* object = side->as<Object>();
        if (object == nullptr) continue;
        const Value& other = side == &a ? b : a;
        if (other.kind() != Kind::map && other.kind() != Kind::object) return false;
        auto whole = object->whole();
        if (auto* problem = std::get_if<Problem>(&whole)) return std::move(*problem);
        return are_equal(std::get<Value>(whole), other);
    }
    return false;
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
    if (a.kind() == Kind::integer && b.kind() == Kind::integer)  // by far the most
        return *a.as<std::int64_t>() <=> *b.as<std::int64_t>();
    if (is_number(a.kind()) && is_number(b.kind())) return compare_numbers(a, b);
    if (a.kind() != b.kind()) return std::nullopt;
    switch (a.kind()) {
        case Kind::boolean: return *a.as<bool>() <=> *b.as<bool>();
        case Kind::string: return *a.as<std::string>() <=> *b.as<std::string>();  // as code points do
        case Kind::bytes: return a.as<Bytes>()->data <=> b.as<Bytes>()->data;
        case Kind::duration: return *a.as<Duration>() <=> *b.as<Duration>();
        case Kind::timestamp: return *a.as<Timestamp>() <=> *b.as<Timestamp>();
        case Kind::version: return compare_versions(a.as<Version>()->text, b.as<Version>()->text) <=> 0;
        default: return std::nullopt;
    }
}

Equal are_equal(const Value& a, const Value& b) {
    if (is_number(a.kind()) && is_number(b.kind())) return compare_numbers(a, b) == 0;
    if (a.kind() == Kind::object || b.kind() == Kind::object) return same_wholes(a, b);
    if (a.kind() != b.kind()) return false;
    switch (a.kind()) {
        case Kind::null: return true;
        case Kind::type: return a.as<Kind>() == b.as<Kind>();
        case Kind::list: return same_items(*a.as<List>(), *b.as<List>());
        case Kind::map: return same_entries(*a.as<Map>(), *b.as<Map>());
        default: return compare(a, b) == std::partial_ordering::equivalent;
    }
}

bool operator==(const Value& a, const Value& b) {
    const Equal equal = are_equal(a, b);
    const auto* flag = std::get_if<bool>(&equal);
    return flag != nullptr && *flag;
}

}  // namespace contract::expression
