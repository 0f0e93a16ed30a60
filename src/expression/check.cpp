// SPDX-License-Identifier: Apache-2.0
//
// Types without values. Types of variables are borrowed, never copied: a contract with ten thousand packages
// has one large map type that every expression is checked against.
#include <deque>

#include "contract/base/text.hpp"
#include "node.hpp"

namespace contract::expression {

namespace {

class Checker {
public:
    explicit Checker(const Types& types) : types_(types) {}

    const Type& check(const Node& node) {
        switch (node.kind) {
            case NodeKind::literal: return literal(node);
            case NodeKind::list: return list(node);
            case NodeKind::name: return name(node);
            case NodeKind::select: return select(node);
            case NodeKind::index: return index(node);
            case NodeKind::has: return has(node);
            case NodeKind::call: return call(node);
            case NodeKind::negate:
                require(node.children[0], TypeKind::integer, "'-'");
                return make(TypeKind::integer);
            case NodeKind::invert:
                require(node.children[0], TypeKind::boolean, "'!'");
                return make(TypeKind::boolean);
            case NodeKind::binary: return binary(node);
            case NodeKind::conditional: return conditional(node);
        }
        throw InternalError("expression: a node of no kind");
    }

    std::vector<Problem> take() { return std::move(problems_); }

private:
    const Type& make(TypeKind kind) {
        made_.emplace_back().kind = kind;
        return made_.back();
    }
    static bool known(const Type& type) { return type.kind != TypeKind::dynamic; }

    const Type& require(const Node& node, TypeKind wanted, const std::string& by) {
        const Type& found = check(node);
        if (known(found) && found.kind != wanted) mismatch(node, by, word(wanted), found);
        return found;
    }
    void mismatch(const Node& node, const std::string& by, std::string_view wanted, const Type& found) {
        problems_.push_back(
            problem_at(node, "type",
                       by + " needs " + std::string(wanted) + " here, not " + std::string(word(found.kind))));
    }

    const Type& literal(const Node& node) {
        if (std::holds_alternative<bool>(node.literal.data)) return make(TypeKind::boolean);
        if (std::holds_alternative<std::int64_t>(node.literal.data)) return make(TypeKind::integer);
        if (std::holds_alternative<std::string>(node.literal.data)) return make(TypeKind::string);
        return make(TypeKind::null);
    }

    const Type& list(const Node& node) {
        const Type* common = nullptr;
        bool same = true;
        for (const Node& child : node.children) {
            const Type& type = check(child);
            same = same && (common == nullptr || common->kind == type.kind);
            common = &type;
        }
        made_.emplace_back().kind = TypeKind::list;
        Type& type = made_.back();
        if (common != nullptr && same) type.element = std::make_shared<Type>(*common);
        return type;
    }

    const Type& name(const Node& node) {
        if (const auto found = types_.find(node.text); found != types_.end()) return found->second;
        std::vector<std::string> names;
        for (const auto& entry : types_) names.push_back(entry.first);
        Problem problem = problem_at_point(node, "unknown-name", "there is no '" + node.text + "'");
        problem.help = did_you_mean(node.text, names);
        if (problem.help.empty() && !names.empty()) problem.help.push_back("there is: " + join(names, ", "));
        problems_.push_back(std::move(problem));
        return make(TypeKind::dynamic);
    }

    const Type& field(const Node& node, const Type& map, const std::string& key) {
        if (map.fields.empty()) return make(TypeKind::dynamic);
        if (const auto found = map.fields.find(key); found != map.fields.end()) return found->second;
        std::vector<std::string> names;
        for (const auto& entry : map.fields) names.push_back(entry.first);
        const Node& operand = node.children[0];
        const std::string of = operand.kind == NodeKind::name ? " in '" + operand.text + "'" : "";
        Problem problem = problem_at_point(node, "unknown-name", "there is no '" + harmless(key) + "'" + of);
        problem.help = did_you_mean(key, names);
        if (problem.help.empty() && names.size() <= 12)
            problem.help.push_back("there is: " + join(names, ", "));
        problems_.push_back(std::move(problem));
        return make(TypeKind::dynamic);
    }

    const Type& select(const Node& node) {
        const Type& operand = require(node.children[0], TypeKind::map, "'." + node.text + "'");
        return operand.kind == TypeKind::map ? field(node, operand, node.text) : make(TypeKind::dynamic);
    }

    const Type& has(const Node& node) {
        require(node.children[0], TypeKind::map, "'has'");
        return make(TypeKind::boolean);
    }

    const Type& index(const Node& node) {
        const Type& operand = check(node.children[0]);
        const Node& key = node.children[1];
        if (operand.kind == TypeKind::list) {
            require(key, TypeKind::integer, "the index of a list");
            return operand.element ? *operand.element : make(TypeKind::dynamic);
        }
        if (operand.kind == TypeKind::map) {
            require(key, TypeKind::string, "the key of a map");
            if (const auto* text = std::get_if<std::string>(&key.literal.data);
                text && key.kind == NodeKind::literal)
                return field(node, operand, *text);
            return make(TypeKind::dynamic);
        }
        check(key);
        if (known(operand)) mismatch(node.children[0], "'[…]'", "list or map", operand);
        return make(TypeKind::dynamic);
    }

    const Type& call(const Node& node) {
        const std::string by = "'" + std::string(word(node.function)) + "'";
        if (node.function == Function::size) {
            const Type& operand = check(node.children[0]);
            const bool sized = operand.kind == TypeKind::string || operand.kind == TypeKind::list ||
                               operand.kind == TypeKind::map;
            if (known(operand) && !sized) mismatch(node.children[0], by, "string, list or map", operand);
            return make(TypeKind::integer);
        }
        for (const Node& child : node.children) require(child, TypeKind::string, by);
        return make(TypeKind::boolean);
    }

    const Type& conditional(const Node& node) {
        require(node.children[0], TypeKind::boolean, "'?'");
        const Type& chosen = check(node.children[1]);
        const Type& other = check(node.children[2]);
        return chosen.kind == other.kind ? chosen : make(TypeKind::dynamic);
    }

    const Type& binary(const Node& node) {
        const std::string by = "'" + std::string(word(node.operation)) + "'";
        switch (node.operation) {
            case Operator::logical_or:
            case Operator::logical_and:
                for (const Node& child : node.children) require(child, TypeKind::boolean, by);
                return make(TypeKind::boolean);
            case Operator::equal:
            case Operator::unequal: return comparison(node, by, false);
            case Operator::less:
            case Operator::less_equal:
            case Operator::greater:
            case Operator::greater_equal: return comparison(node, by, true);
            case Operator::in: return membership(node);
            case Operator::add: return addition(node);
            case Operator::subtract:
            case Operator::multiply:
            case Operator::divide:
            case Operator::remainder:
                for (const Node& child : node.children) require(child, TypeKind::integer, by);
                return make(TypeKind::integer);
        }
        throw InternalError("expression: an operator of no kind");
    }

    // Values of two types are never equal; where that is sure beforehand, it is a slip.
    const Type& comparison(const Node& node, const std::string& by, bool ordered) {
        const Type& left = check(node.children[0]);
        const Type& right = check(node.children[1]);
        const auto orderable = [](const Type& type) {
            return type.kind == TypeKind::integer || type.kind == TypeKind::string ||
                   type.kind == TypeKind::boolean || type.kind == TypeKind::dynamic;
        };
        const bool either_null = left.kind == TypeKind::null || right.kind == TypeKind::null;
        if (ordered && !orderable(left)) {
            mismatch(node.children[0], by, "int, string or bool", left);
        } else if (ordered && !orderable(right)) {
            mismatch(node.children[1], by, "int, string or bool", right);
        } else if (known(left) && known(right) && left.kind != right.kind && !either_null) {
            problems_.push_back(problem_at(
                node, "type",
                by + " compares " + std::string(word(left.kind)) + " with " + std::string(word(right.kind))));
        }
        return make(TypeKind::boolean);
    }

    const Type& membership(const Node& node) {
        const Type& item = check(node.children[0]);
        const Type& whole = check(node.children[1]);
        if (whole.kind == TypeKind::map && known(item) && item.kind != TypeKind::string)
            mismatch(node.children[0], "'in' of a map", "string", item);
        if (known(whole) && whole.kind != TypeKind::list && whole.kind != TypeKind::map)
            mismatch(node.children[1], "'in'", "list or map", whole);
        return make(TypeKind::boolean);
    }

    const Type& addition(const Node& node) {
        const Type& left = check(node.children[0]);
        const Type& right = check(node.children[1]);
        const auto addable = [](const Type& type) {
            return type.kind == TypeKind::integer || type.kind == TypeKind::string ||
                   type.kind == TypeKind::list || type.kind == TypeKind::dynamic;
        };
        if (!addable(left)) {
            mismatch(node.children[0], "'+'", "int, string or list", left);
        } else if (!addable(right)) {
            mismatch(node.children[1], "'+'", "int, string or list", right);
        } else if (known(left) && known(right) && left.kind != right.kind) {
            problems_.push_back(problem_at(
                node, "type",
                "'+' adds " + std::string(word(left.kind)) + " and " + std::string(word(right.kind))));
        }
        if (left.kind == TypeKind::list || right.kind == TypeKind::list) return make(TypeKind::list);
        return known(left) ? left : right;
    }

    const Types& types_;
    std::deque<Type> made_;
    std::vector<Problem> problems_;
};

}  // namespace

std::vector<Problem> check_node(const Node& root, const Types& types, Type* result) {
    Checker checker(types);
    const Type& type = checker.check(root);
    if (result != nullptr) *result = type;
    return checker.take();
}

}  // namespace contract::expression
