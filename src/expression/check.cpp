// SPDX-License-Identifier: Apache-2.0
//
// Types without values.
#include "contract/base/text.hpp"
#include "node.hpp"

namespace contract::expression {

namespace {

class Checker {
public:
    explicit Checker(const Types& types) : types_(types) {}

    TypePtr check(const Node& node) {
        switch (node.kind) {
            case NodeKind::literal: return literal(node);
            case NodeKind::list: return list(node);
            case NodeKind::name: return name(node);
            case NodeKind::select: return select(node);
            case NodeKind::index: return index(node);
            case NodeKind::has: return has(node);
            case NodeKind::call: return call(node);
            case NodeKind::negate:
                require(node.children[0], Kind::integer, "'-'");
                return make(Kind::integer);
            case NodeKind::invert:
                require(node.children[0], Kind::boolean, "'!'");
                return make(Kind::boolean);
            case NodeKind::binary: return binary(node);
            case NodeKind::conditional: return conditional(node);
        }
        throw InternalError("expression: a node of no kind");
    }

    std::vector<Problem> take() { return std::move(problems_); }

private:
    static TypePtr make(Kind kind) { return Type::of(kind); }
    static bool known(const TypePtr& type) { return type->kind != Kind::dynamic; }

    TypePtr require(const Node& node, Kind wanted, const std::string& by) {
        TypePtr found = check(node);
        if (known(found) && found->kind != wanted) mismatch(node, by, word(wanted), found);
        return found;
    }
    void mismatch(const Node& node, const std::string& by, std::string_view wanted, const TypePtr& found) {
        problems_.push_back(problem_at(
            node, "type",
            by + " needs " + std::string(wanted) + " here, not " + std::string(word(found->kind))));
    }

    static TypePtr literal(const Node& node) { return make(node.literal.kind()); }

    TypePtr list(const Node& node) {
        TypePtr common;
        bool same = true;
        for (const Node& child : node.children) {
            TypePtr type = check(child);
            same = same && (common == nullptr || common->kind == type->kind);
            common = std::move(type);
        }
        return common != nullptr && same ? Type::list(common) : make(Kind::list);
    }

    TypePtr name(const Node& node) {
        if (auto found = types_.find(node.text)) return found;
        const std::vector<std::string> names = types_.names();
        Problem problem = problem_at_point(node, "unknown-name", "there is no '" + node.text + "'");
        problem.help = did_you_mean(node.text, names);
        if (problem.help.empty() && !names.empty()) problem.help.push_back("there is: " + join(names, ", "));
        problems_.push_back(std::move(problem));
        return make(Kind::dynamic);
    }

    TypePtr field(const Node& node, const TypePtr& map, const std::string& key) {
        if (const auto found = map->fields.find(key); found != map->fields.end()) return found->second;
        if (!map->closed) return map->element ? map->element : make(Kind::dynamic);
        std::vector<std::string> names;
        for (const auto& entry : map->fields) names.push_back(entry.first);
        const Node& operand = node.children[0];
        const std::string of = operand.kind == NodeKind::name ? " in '" + operand.text + "'" : "";
        Problem problem = problem_at_point(node, "unknown-name", "there is no '" + harmless(key) + "'" + of);
        problem.help = did_you_mean(key, names);
        if (problem.help.empty() && !names.empty() && names.size() <= 12)
            problem.help.push_back("there is: " + join(names, ", "));
        problems_.push_back(std::move(problem));
        return make(Kind::dynamic);
    }

    TypePtr select(const Node& node) {
        TypePtr operand = require(node.children[0], Kind::map, "'." + node.text + "'");
        return operand->kind == Kind::map ? field(node, operand, node.text) : make(Kind::dynamic);
    }

    TypePtr has(const Node& node) {
        require(node.children[0], Kind::map, "'has'");
        return make(Kind::boolean);
    }

    TypePtr index(const Node& node) {
        TypePtr operand = check(node.children[0]);
        const Node& key = node.children[1];
        if (operand->kind == Kind::list) {
            require(key, Kind::integer, "the index of a list");
            return operand->element ? operand->element : make(Kind::dynamic);
        }
        if (operand->kind == Kind::map) {
            require(key, Kind::string, "the key of a map");
            if (const auto* text = key.literal.as<std::string>(); text && key.kind == NodeKind::literal)
                return field(node, operand, *text);
            return make(Kind::dynamic);
        }
        check(key);
        if (known(operand)) mismatch(node.children[0], "'[…]'", "list or map", operand);
        return make(Kind::dynamic);
    }

    TypePtr call(const Node& node) {
        const std::string by = "'" + std::string(word(node.function)) + "'";
        if (node.function == Function::size) {
            TypePtr operand = check(node.children[0]);
            const bool sized =
                operand->kind == Kind::string || operand->kind == Kind::list || operand->kind == Kind::map;
            if (known(operand) && !sized) mismatch(node.children[0], by, "string, list or map", operand);
            return make(Kind::integer);
        }
        for (const Node& child : node.children) require(child, Kind::string, by);
        return make(Kind::boolean);
    }

    TypePtr conditional(const Node& node) {
        require(node.children[0], Kind::boolean, "'?'");
        TypePtr chosen = check(node.children[1]);
        TypePtr other = check(node.children[2]);
        return chosen->kind == other->kind ? chosen : make(Kind::dynamic);
    }

    TypePtr binary(const Node& node) {
        const std::string by = "'" + std::string(word(node.operation)) + "'";
        switch (node.operation) {
            case Operator::logical_or:
            case Operator::logical_and:
                for (const Node& child : node.children) require(child, Kind::boolean, by);
                return make(Kind::boolean);
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
                for (const Node& child : node.children) require(child, Kind::integer, by);
                return make(Kind::integer);
        }
        throw InternalError("expression: an operator of no kind");
    }

    // Values of two types are never equal; where that is sure beforehand, it is a slip.
    TypePtr comparison(const Node& node, const std::string& by, bool ordered) {
        TypePtr left = check(node.children[0]);
        TypePtr right = check(node.children[1]);
        const auto orderable = [](const TypePtr& type) {
            return type->kind == Kind::integer || type->kind == Kind::string || type->kind == Kind::boolean ||
                   type->kind == Kind::dynamic;
        };
        const bool either_null = left->kind == Kind::null || right->kind == Kind::null;
        if (ordered && !orderable(left)) {
            mismatch(node.children[0], by, "int, string or bool", left);
        } else if (ordered && !orderable(right)) {
            mismatch(node.children[1], by, "int, string or bool", right);
        } else if (known(left) && known(right) && left->kind != right->kind && !either_null) {
            problems_.push_back(problem_at(node, "type",
                                           by + " compares " + std::string(word(left->kind)) + " with " +
                                               std::string(word(right->kind))));
        }
        return make(Kind::boolean);
    }

    TypePtr membership(const Node& node) {
        TypePtr item = check(node.children[0]);
        TypePtr whole = check(node.children[1]);
        if (whole->kind == Kind::map && known(item) && item->kind != Kind::string)
            mismatch(node.children[0], "'in' of a map", "string", item);
        if (known(whole) && whole->kind != Kind::list && whole->kind != Kind::map)
            mismatch(node.children[1], "'in'", "list or map", whole);
        return make(Kind::boolean);
    }

    TypePtr addition(const Node& node) {
        TypePtr left = check(node.children[0]);
        TypePtr right = check(node.children[1]);
        const auto addable = [](const TypePtr& type) {
            return type->kind == Kind::integer || type->kind == Kind::string || type->kind == Kind::list ||
                   type->kind == Kind::dynamic;
        };
        if (!addable(left)) {
            mismatch(node.children[0], "'+'", "int, string or list", left);
        } else if (!addable(right)) {
            mismatch(node.children[1], "'+'", "int, string or list", right);
        } else if (known(left) && known(right) && left->kind != right->kind) {
            problems_.push_back(problem_at(
                node, "type",
                "'+' adds " + std::string(word(left->kind)) + " and " + std::string(word(right->kind))));
        }
        if (left->kind == Kind::list || right->kind == Kind::list) return make(Kind::list);
        return known(left) ? left : right;
    }

    const Types& types_;
    std::vector<Problem> problems_;
};

}  // namespace

std::vector<Problem> check_node(const Node& root, const Types& types, TypePtr* result) {
    Checker checker(types);
    TypePtr type = checker.check(root);
    if (result != nullptr) *result = std::move(type);
    return checker.take();
}

}  // namespace contract::expression
