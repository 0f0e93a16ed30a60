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

// A value that is either borrowed from the variables or made on the way.
class Held {
public:
    Held(const Value* borrowed) : borrowed_(borrowed) {}
    Held(Value made) : made_(std::make_shared<const Value>(std::move(made))) {}
    const Value& get() const { return borrowed_ != nullptr ? *borrowed_ : *made_; }
    template <typename T>
    const T* as() const {
        return std::get_if<T>(&get().data);
    }

private:
    const Value* borrowed_ = nullptr;
    std::shared_ptr<const Value> made_;
};

template <typename T>
Held held(T data) {
    Value value;
    value.data = std::move(data);
    return value;
}

std::string_view type_name(const Value& value) {
    static constexpr TypeKind kinds[] = {TypeKind::null,   TypeKind::boolean, TypeKind::integer,
                                         TypeKind::string, TypeKind::list,    TypeKind::map};
    return word(kinds[value.data.index()]);
}

std::size_t code_points(std::string_view text) {
    std::size_t number = 0;
    for (std::size_t at = 0; at < text.size(); at += code_point_at(text, at).length) ++number;
    return number;
}

class Interpreter {
public:
    explicit Interpreter(const Values& values) : values_(values) {}

    Outcome<Held> run(const Node& node) const {
        switch (node.kind) {
            case NodeKind::literal: return Held(&node.literal);
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
    static const Problem* problem_of(const Outcome<Held>& outcome) { return std::get_if<Problem>(&outcome); }

    static Problem wrong_type(const Node& node, std::string_view by, std::string_view wanted,
                              const Value& found) {
        return problem_at(node, "type",
                          "'" + std::string(by) + "' needs " + std::string(wanted) + " here, not " +
                              std::string(type_name(found)));
    }

    Outcome<Held> list(const Node& node) const {
        List items;
        for (const Node& child : node.children) {
            auto item = run(child);
            if (auto* problem = std::get_if<Problem>(&item)) return std::move(*problem);
            items.push_back(std::get<Held>(item).get());
        }
        return held(std::move(items));
    }

    Outcome<Held> name(const Node& node) const {
        if (const auto found = values_.find(node.text); found != values_.end()) return Held(&found->second);
        return problem_at_point(node, "unknown-name", "there is no '" + node.text + "'");
    }

    // An item of a map that may be borrowed or not.
    static Outcome<Held> field(const Node& node, const Held& operand, const std::string& key) {
        const auto* map = operand.as<Map>();
        if (map == nullptr) return wrong_type(node.children[0], "." + key, "map", operand.get());
        const auto found = map->find(key);
        if (found == map->end())
            return problem_at_point(node, "value", "there is no '" + harmless(key) + "'");
        return Held(found->second);
    }

    // The value of a chain of selections without copying anything; null when it is no such chain or has no
    // value.
    const Value* borrow(const Node& node) const {
        if (node.kind == NodeKind::name) {
            const auto found = values_.find(node.text);
            return found == values_.end() ? nullptr : &found->second;
        }
        const std::string* key = nullptr;
        if (node.kind == NodeKind::select) key = &node.text;
        if (node.kind == NodeKind::index && node.children[1].kind == NodeKind::literal)
            key = std::get_if<std::string>(&node.children[1].literal.data);
        const Value* operand = key == nullptr ? nullptr : borrow(node.children[0]);
        const Map* map = operand == nullptr ? nullptr : std::get_if<Map>(&operand->data);
        if (map == nullptr) return nullptr;
        const auto found = map->find(*key);
        return found == map->end() ? nullptr : &found->second;
    }

    Outcome<Held> select(const Node& node) const {
        if (const Value* value = borrow(node)) return Held(value);
        auto operand = run(node.children[0]);
        if (problem_of(operand)) return operand;
        return field(node, std::get<Held>(operand), node.text);
    }

    Outcome<Held> has(const Node& node) const {
        auto operand = run(node.children[0]);
        if (problem_of(operand)) return operand;
        const auto* map = std::get<Held>(operand).as<Map>();
        if (map == nullptr) return wrong_type(node.children[0], "has", "map", std::get<Held>(operand).get());
        return held(map->find(node.text) != map->end());
    }

    Outcome<Held> index(const Node& node) const {
        if (const Value* value = borrow(node)) return Held(value);
        auto operand = run(node.children[0]);
        if (problem_of(operand)) return operand;
        auto key = run(node.children[1]);
        if (problem_of(key)) return key;
        const Held& whole = std::get<Held>(operand);
        const Held& place = std::get<Held>(key);
        if (const auto* items = whole.as<List>()) {
            const auto* number = place.as<std::int64_t>();
            if (number == nullptr) return wrong_type(node.children[1], "[…]", "int", place.get());
            if (*number < 0 || static_cast<std::uint64_t>(*number) >= items->size())
                return problem_at_point(
                    node, "value",
                    "the list has " + count(items->size(), "item") + ", no item " + std::to_string(*number));
            return Held((*items)[static_cast<std::size_t>(*number)]);
        }
        if (whole.as<Map>() == nullptr)
            return wrong_type(node.children[0], "[…]", "list or map", whole.get());
        const auto* text = place.as<std::string>();
        if (text == nullptr) return wrong_type(node.children[1], "[…]", "string", place.get());
        return field(node, whole, *text);
    }

    Outcome<Held> call(const Node& node) const {
        auto first = run(node.children[0]);
        if (problem_of(first)) return first;
        const Held& operand = std::get<Held>(first);
        if (node.function == Function::size) {
            if (const auto* text = operand.as<std::string>())
                return held(static_cast<std::int64_t>(code_points(*text)));
            if (const auto* items = operand.as<List>()) return held(static_cast<std::int64_t>(items->size()));
            if (const auto* map = operand.as<Map>()) return held(static_cast<std::int64_t>(map->size()));
            return wrong_type(node.children[0], "size", "string, list or map", operand.get());
        }
        auto second = run(node.children[1]);
        if (problem_of(second)) return second;
        const auto* whole = operand.as<std::string>();
        const auto* part = std::get<Held>(second).as<std::string>();
        if (whole == nullptr)
            return wrong_type(node.children[0], word(node.function), "string", operand.get());
        if (part == nullptr)
            return wrong_type(node.children[1], word(node.function), "string", std::get<Held>(second).get());
        if (node.function == Function::contains) return held(whole->find(*part) != std::string::npos);
        if (node.function == Function::starts_with)
            return held(std::string_view(*whole).substr(0, part->size()) == *part);
        return held(whole->size() >= part->size() &&
                    std::string_view(*whole).substr(whole->size() - part->size()) == *part);
    }

    Outcome<Held> negate(const Node& node) const {
        auto operand = run(node.children[0]);
        if (problem_of(operand)) return operand;
        const auto* number = std::get<Held>(operand).as<std::int64_t>();
        if (number == nullptr) return wrong_type(node.children[0], "-", "int", std::get<Held>(operand).get());
        std::int64_t result = 0;
        if (__builtin_sub_overflow(std::int64_t{0}, *number, &result)) return overflow(node);
        return held(result);
    }

    Outcome<Held> invert(const Node& node) const {
        auto operand = boolean(node.children[0], "!");
        if (auto* problem = std::get_if<Problem>(&operand)) return std::move(*problem);
        return held(!std::get<bool>(operand));
    }

    Outcome<bool> boolean(const Node& node, std::string_view by) const {
        auto outcome = run(node);
        if (auto* problem = std::get_if<Problem>(&outcome)) return std::move(*problem);
        if (const auto* flag = std::get<Held>(outcome).as<bool>()) return *flag;
        return wrong_type(node, by, "bool", std::get<Held>(outcome).get());
    }

    Outcome<Held> conditional(const Node& node) const {
        auto condition = boolean(node.children[0], "?");
        if (auto* problem = std::get_if<Problem>(&condition)) return std::move(*problem);
        return run(node.children[std::get<bool>(condition) ? 1 : 2]);
    }

    // CEL: a side that decides alone hides an error of the other, whichever comes first.
    Outcome<Held> logic(const Node& node, bool deciding) const {
        auto left = boolean(node.children[0], word(node.operation));
        if (const auto* flag = std::get_if<bool>(&left); flag && *flag == deciding) return held(deciding);
        auto right = boolean(node.children[1], word(node.operation));
        if (const auto* flag = std::get_if<bool>(&right); flag && *flag == deciding) return held(deciding);
        if (auto* problem = std::get_if<Problem>(&left)) return std::move(*problem);
        if (auto* problem = std::get_if<Problem>(&right)) return std::move(*problem);
        return held(!deciding);
    }

    Outcome<Held> binary(const Node& node) const {
        if (node.operation == Operator::logical_and) return logic(node, false);
        if (node.operation == Operator::logical_or) return logic(node, true);
        auto left = run(node.children[0]);
        if (problem_of(left)) return left;
        auto right = run(node.children[1]);
        if (problem_of(right)) return right;
        const Held& a = std::get<Held>(left);
        const Held& b = std::get<Held>(right);
        switch (node.operation) {
            case Operator::equal: return held(a.get() == b.get());
            case Operator::unequal: return held(!(a.get() == b.get()));
            case Operator::in: return membership(node, a, b);
            case Operator::less:
            case Operator::less_equal:
            case Operator::greater:
            case Operator::greater_equal: return order(node, a, b);
            default: return arithmetic(node, a, b);
        }
    }

    static Outcome<Held> membership(const Node& node, const Held& item, const Held& whole) {
        if (const auto* items = whole.as<List>()) {
            for (const Value& candidate : *items)
                if (candidate == item.get()) return held(true);
            return held(false);
        }
        const auto* map = whole.as<Map>();
        if (map == nullptr) return wrong_type(node.children[1], "in", "list or map", whole.get());
        const auto* key = item.as<std::string>();
        return held(key != nullptr && map->find(*key) != map->end());
    }

    template <typename T>
    static bool ordered(Operator operation, const T& a, const T& b) {
        if (operation == Operator::less) return a < b;
        if (operation == Operator::less_equal) return !(b < a);
        if (operation == Operator::greater) return b < a;
        return !(a < b);
    }

    // UTF-8 orders as its code points do.
    static Outcome<Held> order(const Node& node, const Held& a, const Held& b) {
        if (a.get().data.index() == b.get().data.index()) {
            if (a.as<std::int64_t>())
                return held(ordered(node.operation, *a.as<std::int64_t>(), *b.as<std::int64_t>()));
            if (a.as<std::string>())
                return held(ordered(node.operation, *a.as<std::string>(), *b.as<std::string>()));
            if (a.as<bool>()) return held(ordered(node.operation, *a.as<bool>(), *b.as<bool>()));
        }
        return problem_at(node, "type",
                          "'" + std::string(word(node.operation)) + "' cannot compare " +
                              std::string(type_name(a.get())) + " with " + std::string(type_name(b.get())));
    }

    static Problem overflow(const Node& node) {
        return problem_at(node, "value", "the result does not fit in 64 bits");
    }

    static Outcome<Held> arithmetic(const Node& node, const Held& a, const Held& b) {
        if (a.as<std::int64_t>() && b.as<std::int64_t>())
            return integers(node, *a.as<std::int64_t>(), *b.as<std::int64_t>());
        if (node.operation == Operator::add) {
            if (a.as<std::string>() && b.as<std::string>())
                return joined(node, *a.as<std::string>(), *b.as<std::string>());
            if (a.as<List>() && b.as<List>()) return joined(node, *a.as<List>(), *b.as<List>());
        }
        return problem_at(node, "type",
                          "'" + std::string(word(node.operation)) + "' does not work on " +
                              std::string(type_name(a.get())) + " and " + std::string(type_name(b.get())));
    }

    template <typename T>
    static Outcome<Held> joined(const Node& node, T a, const T& b) {
        if (a.size() + b.size() > longest_value) return problem_at(node, "limit", "the result is too long");
        a.insert(a.end(), b.begin(), b.end());
        return held(std::move(a));
    }

    static Outcome<Held> integers(const Node& node, std::int64_t a, std::int64_t b) {
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
        return held(result);
    }

    const Values& values_;
};

// Collects what made `node` come out as `came_out`: through the operators of logic down to comparisons, whose
// operands are the facts a reader wants to see.
class Explainer {
public:
    Explainer(std::string_view text, const Values& values) : text_(text), interpreter_(values) {}

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
        const auto* value = std::get_if<Held>(&outcome);
        const bool* flag = value == nullptr ? nullptr : value->as<bool>();
        return flag == nullptr ? std::nullopt : std::optional<bool>(*flag);
    }

    void show(const Node& node) {
        if (node.kind == NodeKind::literal || node.kind == NodeKind::list) return;
        const auto outcome = interpreter_.run(node);
        const auto* value = std::get_if<Held>(&outcome);
        const std::string shown(text_.substr(node.begin, node.end - node.begin));
        for (const auto& step : steps_)
            if (step.text == shown) return;
        if (value != nullptr) steps_.push_back({shown, value->get()});
    }

    std::string_view text_;
    Interpreter interpreter_;
    std::vector<Program::Step> steps_;
};

}  // namespace

std::variant<Value, Problem> interpret(const Node& root, const Values& values) {
    auto outcome = Interpreter(values).run(root);
    if (auto* problem = std::get_if<Problem>(&outcome)) return std::move(*problem);
    return std::get<Held>(outcome).get();
}

std::vector<Program::Step> explain(const Node& root, std::string_view text, const Values& values) {
    Explainer explainer(text, values);
    const auto result = interpret(root, values);
    const auto* value = std::get_if<Value>(&result);
    const bool* flag = value == nullptr ? nullptr : std::get_if<bool>(&value->data);
    if (flag != nullptr && !*flag) explainer.decide(root, false);
    return explainer.take();
}

}  // namespace contract::expression
