// SPDX-License-Identifier: Apache-2.0
#include "operators.hpp"

#include <limits>

#include "order.hpp"
#include "time.hpp"

namespace contract::expression {

namespace {

bool give(Value& result, Value value) {
    result = std::move(value);
    return true;
}

bool overflow(const Node& node, Budget& budget, std::string_view kind) {
    return budget.fail(problem_at(
        node, "value",
        "the result does not fit in " + std::string(kind == "int" ? "an " : "a ") + std::string(kind)));
}

bool no_overload(const Node& node, const Value& a, const Value& b, Budget& budget) {
    return budget.fail(problem_at(node, "type",
                                  "'" + std::string(word(node.operation)) + "' does not work on " +
                                      std::string(word(a.kind())) + " and " + std::string(word(b.kind()))));
}

template <typename Number>
Value number_value(Number number) {
    if constexpr (std::is_same_v<Number, std::uint64_t>)
        return Value::unsigned_integer(number);
    else
        return Value(number);
}

template <typename Number>
bool whole_numbers(const Node& node, Number a, Number b, Budget& budget, Value& result) {
    constexpr std::string_view kind = std::is_signed_v<Number> ? "int" : "uint";
    Number number = 0;
    bool over = false;
    switch (node.operation) {
        case Operator::add: over = __builtin_add_overflow(a, b, &number); break;
        case Operator::subtract: over = __builtin_sub_overflow(a, b, &number); break;
        case Operator::multiply: over = __builtin_mul_overflow(a, b, &number); break;
        default:
            if (b == 0) return budget.fail(problem_at(node, "value", "a division by zero"));
            if constexpr (std::is_signed_v<Number>) over = b == -1 && a == std::numeric_limits<Number>::min();
            if (!over) number = node.operation == Operator::divide ? a / b : a % b;
    }
    return over ? overflow(node, budget, kind) : give(result, number_value(number));
}

bool reals(const Node& node, const Value& left, const Value& right, Budget& budget, Value& result) {
    const double a = *left.as<double>(), b = *right.as<double>();
    switch (node.operation) {
        case Operator::add: return give(result, a + b);
        case Operator::subtract: return give(result, a - b);
        case Operator::multiply: return give(result, a * b);
        case Operator::divide: return give(result, a / b);
        default: return no_overload(node, left, right, budget);
    }
}

bool durations(const Node& node, const Duration& a, const Duration& b, Budget& budget, Value& result) {
    Duration sum;
    const bool over = node.operation == Operator::add
                          ? __builtin_add_overflow(a.nanoseconds, b.nanoseconds, &sum.nanoseconds)
                          : __builtin_sub_overflow(a.nanoseconds, b.nanoseconds, &sum.nanoseconds);
    return over ? overflow(node, budget, "duration") : give(result, sum);
}

template <typename Result>
bool moment(const Node& node, const std::optional<Result>& made, Budget& budget, Value& result) {
    if (made) return give(result, *made);
    return overflow(node, budget, std::is_same_v<Result, Duration> ? "duration" : "timestamp");
}

// + and - of timestamps and durations; false with no problem when these are not what a and b are.
std::optional<bool> times(const Node& node, const Value& a, const Value& b, Budget& budget, Value& result) {
    const bool adds = node.operation == Operator::add;
    if (!adds && node.operation != Operator::subtract) return std::nullopt;
    const auto left = a.as<Timestamp>(), right = b.as<Timestamp>();
    const auto left_span = a.as<Duration>(), right_span = b.as<Duration>();
    if (left_span && right_span) return durations(node, *left_span, *right_span, budget, result);
    if (left && right_span)
        return moment(node, adds ? add(*left, *right_span) : subtract(*left, *right_span), budget, result);
    if (left_span && right && adds) return moment(node, add(*right, *left_span), budget, result);
    if (left && right && !adds) return moment(node, difference(*left, *right), budget, result);
    return std::nullopt;
}

bool fits(const Node& node, std::size_t size, std::size_t limit, Budget& budget) {
    return size <= limit || budget.exhaust(node, "the result gets too long");
}

bool joined(const Node& node, const std::string& a, const std::string& b, Budget& budget, std::string& out) {
    if (!fits(node, a.size() + b.size(), longest_string, budget) || !budget.room(node, a.size() + b.size()))
        return false;
    out.reserve(a.size() + b.size());
    out.append(a).append(b);
    return true;
}

bool joined(const Node& node, const Value& a, const Value& b, Budget& budget, Value& result) {
    std::string text;
    if (a.kind() == Kind::string && b.kind() == Kind::string)
        return joined(node, *a.as<std::string>(), *b.as<std::string>(), budget, text) &&
               give(result, std::move(text));
    if (a.kind() == Kind::bytes && b.kind() == Kind::bytes)
        return joined(node, a.as<Bytes>()->data, b.as<Bytes>()->data, budget, text) &&
               give(result, Bytes{std::move(text)});
    const auto *left = a.as<List>(), *right = b.as<List>();
    if (left == nullptr || right == nullptr) return no_overload(node, a, b, budget);
    const std::size_t size = left->size() + right->size();
    if (!fits(node, size, longest_list, budget) || !budget.room(node, size * sizeof(Value)) ||
        !budget.work(node, size))
        return false;
    if (!fits(node, a.weight() + b.weight(), heaviest_value, budget)) return false;
    List items;
    items.reserve(size);
    items.insert(items.end(), left->begin(), left->end());
    items.insert(items.end(), right->begin(), right->end());
    return give(result, std::move(items));
}

}  // namespace

bool arithmetic(const Node& node, const Value& a, const Value& b, Budget& budget, Value& result) {
    if (a.kind() == b.kind()) {
        if (a.kind() == Kind::integer)
            return whole_numbers(node, *a.as<std::int64_t>(), *b.as<std::int64_t>(), budget, result);
        if (a.kind() == Kind::unsigned_integer)
            return whole_numbers(node, *a.as<std::uint64_t>(), *b.as<std::uint64_t>(), budget, result);
        if (a.kind() == Kind::real) return reals(node, a, b, budget, result);
    }
    if (const auto done = times(node, a, b, budget, result)) return *done;
    if (node.operation == Operator::add) return joined(node, a, b, budget, result);
    return no_overload(node, a, b, budget);
}

bool negation(const Node& node, const Value& operand, Budget& budget, Value& result) {
    if (const auto number = operand.as<double>()) return give(result, -*number);
    const auto number = operand.as<std::int64_t>();
    if (!number)
        return budget.fail(
            problem_at(node.children[0], "type",
                       "'-' needs int or double here, not " + std::string(word(operand.kind()))));
    std::int64_t negative = 0;
    if (__builtin_sub_overflow(std::int64_t{0}, *number, &negative)) return overflow(node, budget, "int");
    return give(result, negative);
}

bool comparison(const Node& node, const Value& a, const Value& b, Budget& budget, Value& result) {
    const auto order = compare(a, b);
    if (!order)
        return budget.fail(problem_at(node, "type",
                                      "'" + std::string(word(node.operation)) + "' cannot compare " +
                                          std::string(word(a.kind())) + " with " +
                                          std::string(word(b.kind()))));
    if (a.weight() > 4096 && !budget.work(node, a.weight() / 64)) return false;
    switch (node.operation) {
        case Operator::less: return give(result, *order < 0);
        case Operator::less_equal: return give(result, *order <= 0);
        case Operator::greater: return give(result, *order > 0);
        default: return give(result, *order >= 0);
    }
}

bool equality(const Node& node, const Value& a, const Value& b, Budget& budget, Value& result) {
    const std::uint64_t weight = std::min(a.weight(), b.weight());
    if (weight > 64 && !budget.work(node, weight / 32)) return false;
    auto equal = are_equal(a, b);
    if (auto* problem = std::get_if<Problem>(&equal)) {
        problem->begin = node.begin;
        problem->end = node.end;
        return budget.fail(std::move(*problem));
    }
    return give(result, std::get<bool>(equal) == (node.operation == Operator::equal));
}

bool membership(const Node& node, const Value& item, const Value& whole, Budget& budget, Value& result) {
    if (const auto* items = whole.as<List>()) {
        if (!budget.work(node, whole.weight() / 32)) return false;
        std::optional<Problem> first;
        for (const Value& candidate : *items) {
            auto equal = are_equal(candidate, item);
            if (auto* problem = std::get_if<Problem>(&equal); problem && !first) first = std::move(*problem);
            if (const auto* flag = std::get_if<bool>(&equal); flag && *flag) return give(result, true);
        }
        if (!first) return give(result, false);
        first->begin = node.begin;
        first->end = node.end;
        return budget.fail(std::move(*first));
    }
    if (const auto* map = whole.as<Map>()) return give(result, map->find_key(item) != nullptr);
    return budget.fail(problem_at(node.children[1], "type",
                                  "'in' needs list or map here, not " + std::string(word(whole.kind()))));
}

}  // namespace contract::expression
