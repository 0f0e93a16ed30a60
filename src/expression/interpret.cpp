// SPDX-License-Identifier: Apache-2.0
//
// Values of a parsed expression. Every operation judges the types it meets, so that a program which was never
// checked fails with a Problem and nothing else. Variables are borrowed: selecting from a large map copies
// only what was selected.
#include <memory>
#include <optional>

#include "contract/base/text.hpp"
#include "node.hpp"

namespace contract::expression {

namespace {

constexpr std::size_t longest_value = 16U << 20U;  // bytes of a string, items of a list

std::string_view type_name(const Value& value) {
    return word(value.kind());
}

std::size_t code_points(std::string_view text) {
    std::size_t number = 0;
    for (std::size_t at = 0; at < text.size(); at += code_point_at(text, at).length) ++number;
    return number;
}

class Interpreter {
public:
    explicit Interpreter(const Variables& variables) : variables_(variables) {}

    Outcome run(const Node& node) const {
        switch (node.kind) {
            case NodeKind::literal: return node.literal;
            case NodeKind::list: return list(node);
            case NodeKind::name: return name(node);
            case NodeKind::select: return select(node);
            case NodeKind::index: return index(node);
            case NodeKind::has: return has(node);
            case NodeKind::call: return call(node);
            case NodeKind::negate: return negate(node);
            case NodeKind::invert: return invert(node);
            case NodeKind::binary: return binary(node);
            case NodeKind::conditional: return conditional(node);
        }
        throw InternalError("expression: a node of no kind");
    }

private:
    static const Problem* problem_of(const Outcome& outcome) { return std::get_if<Problem>(&outcome); }

    static Problem wrong_type(const Node& node, std::string_view by, std::string_view wanted,
                              const Value& found) {
        return problem_at(node, "type",
                          "'" + std::string(by) + "' needs " + std::string(wanted) + " here, not " +
                              std::string(type_name(found)));
    }

    Outcome list(const Node& node) const {
        List items;
        for (const Node& child : node.children) {
            auto item = run(child);
            if (auto* problem = std::get_if<Problem>(&item)) return std::move(*problem);
            items.push_back(std::get<Value>(item));
        }
        return Value(std::move(items));
    }

    Outcome name(const Node& node) const {
        if (const Value* found = variables_.find(node.text)) return *found;
        return problem_at_point(node, "unknown-name", "there is no '" + node.text + "'");
    }

    static Outcome placed(const Node& node, Problem problem) {
        problem.begin = node.point_begin;
        problem.end = node.point_end;
        return problem;
    }

    static Outcome field(const Node& node, const Value& operand, const std::string& key) {
        if (const Object* object = operand.as<Object>()) {
            auto found = object->field(key);
            if (auto* value = std::get_if<Value>(&found)) return std::move(*value);
            if (auto* problem = std::get_if<Problem>(&found)) return placed(node, std::move(*problem));
        } else if (const Map* map = operand.as<Map>()) {
            if (const Value* found = map->find(key)) return *found;
        } else {
            return wrong_type(node.children[0], "." + key, "map", operand);
        }
        return problem_at_point(node, "value", "there is no '" + harmless(key) + "'");
    }

    Outcome select(const Node& node) const {
        auto operand = run(node.children[0]);
        if (problem_of(operand)) return operand;
        return field(node, std::get<Value>(operand), node.text);
    }

    Outcome has(const Node& node) const {
        auto operand = run(node.children[0]);
        if (problem_of(operand)) return operand;
        return present(node, std::get<Value>(operand), node.text);
    }

    static Outcome present(const Node& node, const Value& whole, const std::string& key) {
        if (const Map* map = whole.as<Map>()) return Value(map->find(key) != nullptr);
        const Object* object = whole.as<Object>();
        if (object == nullptr) return wrong_type(node.children[0], "has", "map", whole);
        auto found = object->field(key);
        if (auto* problem = std::get_if<Problem>(&found)) return placed(node, std::move(*problem));
        return Value(std::holds_alternative<Value>(found));
    }

    Outcome index(const Node& node) const {
        auto operand = run(node.children[0]);
        if (problem_of(operand)) return operand;
        auto key = run(node.children[1]);
        if (problem_of(key)) return key;
        const Value& whole = std::get<Value>(operand);
        const Value& place = std::get<Value>(key);
        if (const auto* items = whole.as<List>()) {
            const auto number = place.as<std::int64_t>();
            if (!number) return wrong_type(node.children[1], "[…]", "int", place);
            if (*number < 0 || static_cast<std::uint64_t>(*number) >= items->size())
                return problem_at_point(
                    node, "value",
                    "the list has " + count(items->size(), "item") + ", no item " + std::to_string(*number));
            return (*items)[static_cast<std::size_t>(*number)];
        }
        if (whole.as<Map>() == nullptr && whole.as<Object>() == nullptr)
            return wrong_type(node.children[0], "[…]", "list or map", whole);
        const auto* text = place.as<std::string>();
        if (text == nullptr) return wrong_type(node.children[1], "[…]", "string", place);
        return field(node, whole, *text);
    }

    Outcome call(const Node& node) const {
        auto first = run(node.children[0]);
        if (problem_of(first)) return first;
        const Value& operand = std::get<Value>(first);
        if (node.function == Function::size) {
            if (const auto* text = operand.as<std::string>())
                return Value(static_cast<std::int64_t>(code_points(*text)));
            if (const auto* items = operand.as<List>())
                return Value(static_cast<std::int64_t>(items->size()));
            if (const auto* map = operand.as<Map>()) return Value(static_cast<std::int64_t>(map->size()));
            if (const auto* object = operand.as<Object>()) {
                auto all = object->whole();
                if (auto* problem = std::get_if<Problem>(&all)) return placed(node, std::move(*problem));
                return Value(static_cast<std::int64_t>(std::get<Value>(all).as<Map>()->size()));
            }
            return wrong_type(node.children[0], "size", "string, list or map", operand);
        }
        auto second = run(node.children[1]);
        if (problem_of(second)) return second;
        const auto* whole = operand.as<std::string>();
        const auto* part = std::get<Value>(second).as<std::string>();
        if (whole == nullptr) return wrong_type(node.children[0], word(node.function), "string", operand);
        if (part == nullptr)
            return wrong_type(node.children[1], word(node.function), "string", std::get<Value>(second));
        if (node.function == Function::contains) return Value(whole->find(*part) != std::string::npos);
        if (node.function == Function::starts_with)
            return Value(std::string_view(*whole).substr(0, part->size()) == *part);
        return Value(whole->size() >= part->size() &&
                     std::string_view(*whole).substr(whole->size() - part->size()) == *part);
    }

    Outcome negate(const Node& node) const {
        auto operand = run(node.children[0]);
        if (problem_of(operand)) return operand;
        const auto number = std::get<Value>(operand).as<std::int64_t>();
        if (!number) return wrong_type(node.children[0], "-", "int", std::get<Value>(operand));
        std::int64_t result = 0;
        if (__builtin_sub_overflow(std::int64_t{0}, *number, &result)) return overflow(node);
        return Value(result);
    }

    Outcome invert(const Node& node) const {
        auto operand = boolean(node.children[0], "!");
        if (auto* problem = std::get_if<Problem>(&operand)) return std::move(*problem);
        return Value(!std::get<bool>(operand));
    }

    std::variant<bool, Problem> boolean(const Node& node, std::string_view by) const {
        auto outcome = run(node);
        if (auto* problem = std::get_if<Problem>(&outcome)) return std::move(*problem);
        if (const auto flag = std::get<Value>(outcome).as<bool>()) return *flag;
        return wrong_type(node, by, "bool", std::get<Value>(outcome));
    }

    Outcome conditional(const Node& node) const {
        auto condition = boolean(node.children[0], "?");
        if (auto* problem = std::get_if<Problem>(&condition)) return std::move(*problem);
        return run(node.children[std::get<bool>(condition) ? 1 : 2]);
    }

    // CEL: a side that decides alone hides an error of the other, whichever comes first.
    Outcome logic(const Node& node, bool deciding) const {
        auto left = boolean(node.children[0], word(node.operation));
        if (const auto* flag = std::get_if<bool>(&left); flag && *flag == deciding) return Value(deciding);
        auto right = boolean(node.children[1], word(node.operation));
        if (const auto* flag = std::get_if<bool>(&right); flag && *flag == deciding) return Value(deciding);
        if (auto* problem = std::get_if<Problem>(&left)) return std::move(*problem);
        if (auto* problem = std::get_if<Problem>(&right)) return std::move(*problem);
        return Value(!deciding);
    }

    Outcome binary(const Node& node) const {
        if (node.operation == Operator::logical_and) return logic(node, false);
        if (node.operation == Operator::logical_or) return logic(node, true);
        auto left = run(node.children[0]);
        if (problem_of(left)) return left;
        auto right = run(node.children[1]);
        if (problem_of(right)) return right;
        const Value& a = std::get<Value>(left);
        const Value& b = std::get<Value>(right);
        switch (node.operation) {
            case Operator::equal: return Value(a == b);
            case Operator::unequal: return Value(!(a == b));
            case Operator::in: return membership(node, a, b);
            case Operator::less:
            case Operator::less_equal:
            case Operator::greater:
            case Operator::greater_equal: return order(node, a, b);
            default: return arithmetic(node, a, b);
        }
    }

    static Outcome membership(const Node& node, const Value& item, const Value& whole) {
        if (const auto* items = whole.as<List>()) {
            for (const Value& candidate : *items)
                if (candidate == item) return Value(true);
            return Value(false);
        }
        const auto* key = item.as<std::string>();
        if (whole.as<Object>() != nullptr && key != nullptr) return present(node, whole, *key);
        const auto* map = whole.as<Map>();
        if (map == nullptr) return wrong_type(node.children[1], "in", "list or map", whole);
        return Value(map->find_key(item) != nullptr);
    }

    template <typename T>
    static bool ordered(Operator operation, const T& a, const T& b) {
        if (operation == Operator::less) return a < b;
        if (operation == Operator::less_equal) return !(b < a);
        if (operation == Operator::greater) return b < a;
        return !(a < b);
    }

    // UTF-8 orders as its code points do.
    static Outcome order(const Node& node, const Value& a, const Value& b) {
        if (a.kind() == b.kind()) {
            if (a.as<std::int64_t>())
                return Value(ordered(node.operation, *a.as<std::int64_t>(), *b.as<std::int64_t>()));
            if (a.as<std::string>())
                return Value(ordered(node.operation, *a.as<std::string>(), *b.as<std::string>()));
            if (a.as<bool>()) return Value(ordered(node.operation, *a.as<bool>(), *b.as<bool>()));
        }
        return problem_at(node, "type",
                          "'" + std::string(word(node.operation)) + "' cannot compare " +
                              std::string(type_name(a)) + " with " + std::string(type_name(b)));
    }

    static Problem overflow(const Node& node) {
        return problem_at(node, "value", "the result does not fit in 64 bits");
    }

    static Outcome arithmetic(const Node& node, const Value& a, const Value& b) {
        if (a.as<std::int64_t>() && b.as<std::int64_t>())
            return integers(node, *a.as<std::int64_t>(), *b.as<std::int64_t>());
        if (node.operation == Operator::add) {
            if (a.as<std::string>() && b.as<std::string>())
                return joined(node, *a.as<std::string>(), *b.as<std::string>());
            if (a.as<List>() && b.as<List>()) return joined(node, *a.as<List>(), *b.as<List>());
        }
        return problem_at(node, "type",
                          "'" + std::string(word(node.operation)) + "' does not work on " +
                              std::string(type_name(a)) + " and " + std::string(type_name(b)));
    }

    template <typename T>
    static Outcome joined(const Node& node, T a, const T& b) {
        if (a.size() + b.size() > longest_value) return problem_at(node, "limit", "the result is too long");
        a.insert(a.end(), b.begin(), b.end());
        return Value(std::move(a));
    }

    static Outcome integers(const Node& node, std::int64_t a, std::int64_t b) {
        std::int64_t result = 0;
        bool over = false;
        switch (node.operation) {
            case Operator::add: over = __builtin_add_overflow(a, b, &result); break;
            case Operator::subtract: over = __builtin_sub_overflow(a, b, &result); break;
            case Operator::multiply: over = __builtin_mul_overflow(a, b, &result); break;
            default:
                if (b == 0) return problem_at(node, "value", "a division by zero");
                over = b == -1 && a == INT64_MIN;
                if (!over) result = node.operation == Operator::divide ? a / b : a % b;
        }
        if (over) return overflow(node);
        return Value(result);
    }

    const Variables& variables_;
};

// Collects what made `node` come out as `came_out`: through the operators of logic down to comparisons, whose
// operands are the facts a reader wants to see.
class Explainer {
public:
    Explainer(std::string_view text, const Variables& variables) : text_(text), interpreter_(variables) {}

    void decide(const Node& node, bool came_out) {
        if (node.kind == NodeKind::invert) return decide(node.children[0], !came_out);
        if (node.kind == NodeKind::conditional) {
            const auto condition = truth(node.children[0]);
            if (!condition) return;
            decide(node.children[0], *condition);
            return decide(node.children[*condition ? 1 : 2], came_out);
        }
        const bool logic = node.kind == NodeKind::binary && (node.operation == Operator::logical_and ||
                                                             node.operation == Operator::logical_or);
        if (logic) {
            for (const Node& child : node.children)
                if (truth(child) == came_out) decide(child, came_out);
            return;
        }
        if (node.kind == NodeKind::binary || node.kind == NodeKind::call) {
            for (const Node& child : node.children) show(child);
        } else {
            show(node);
        }
    }

    std::vector<Program::Step> take() { return std::move(steps_); }

private:
    std::optional<bool> truth(const Node& node) const {
        const auto outcome = interpreter_.run(node);
        const auto* value = std::get_if<Value>(&outcome);
        return value == nullptr ? std::nullopt : value->as<bool>();
    }

    void show(const Node& node) {
        if (node.kind == NodeKind::literal || node.kind == NodeKind::list) return;
        const auto outcome = interpreter_.run(node);
        const auto* value = std::get_if<Value>(&outcome);
        const std::string shown(text_.substr(node.begin, node.end - node.begin));
        for (const auto& step : steps_)
            if (step.text == shown) return;
        if (value != nullptr) steps_.push_back({shown, *value});
    }

    std::string_view text_;
    Interpreter interpreter_;
    std::vector<Program::Step> steps_;
};

}  // namespace

Outcome interpret(const Node& root, const Variables& variables) {
    return Interpreter(variables).run(root);
}

std::vector<Program::Step> explain(const Node& root, std::string_view text, const Variables& variables) {
    Explainer explainer(text, variables);
    const auto result = interpret(root, variables);
    const auto* value = std::get_if<Value>(&result);
    const auto flag = value == nullptr ? std::nullopt : value->as<bool>();
    if (flag && !*flag) explainer.decide(root, false);
    return explainer.take();
}

}  // namespace contract::expression
