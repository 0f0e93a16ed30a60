// SPDX-License-Identifier: Apache-2.0
//
// Types without values: unknown names, and operands that can have no value together. What CEL's own checker
// accepts is accepted.
#include "contract/base/text.hpp"
#include "order.hpp"
#include "pattern.hpp"
#include "signatures.hpp"

namespace contract::expression {

namespace {

constexpr Kinds number_kinds = any_of(Kind::integer, Kind::unsigned_integer, Kind::real);
constexpr Kinds key_kinds =
    any_of(Kind::boolean, Kind::integer, Kind::unsigned_integer, Kind::real, Kind::string);
constexpr Kinds ordered_kinds =
    any_of(Kind::boolean, Kind::integer, Kind::unsigned_integer, Kind::real, Kind::duration, Kind::timestamp,
           Kind::string, Kind::bytes, Kind::version);
constexpr Kinds joined_kinds = any_of(Kind::string, Kind::bytes, Kind::list);
constexpr Kinds time_kinds = any_of(Kind::duration, Kind::timestamp);
constexpr Kinds aggregates = any_of(Kind::list, Kind::map);

TypePtr make(Kind kind) {
    return Type::of(kind);
}
bool is_known(const TypePtr& type) {
    return type->kind != Kind::dynamic;
}

// Whether a value of the type may be of one of the kinds.
bool may_be(const TypePtr& type, Kinds kinds) {
    return !is_known(type) || has(kinds, type->kind) || (type->nullable && has(kinds, Kind::null));
}

// The type of a value that has one of two types.
TypePtr either(const TypePtr& a, const TypePtr& b) {
    if (a == b) return a;
    if (a->kind == Kind::null && is_known(b)) return Type::optional(b);
    if (b->kind == Kind::null && is_known(a)) return Type::optional(a);
    if (a->kind != b->kind) return make(Kind::dynamic);
    if (a->kind == Kind::list && a->element && b->element) return Type::list(either(a->element, b->element));
    if (has(aggregates, a->kind)) return make(a->kind);
    return b->nullable ? b : a;
}

bool are_comparable(const TypePtr& a, const TypePtr& b) {
    if (!is_known(a) || !is_known(b) || a->kind == b->kind) return true;
    if (a->kind == Kind::null || b->kind == Kind::null || (a->nullable && b->nullable)) return true;
    return has(number_kinds, a->kind) && has(number_kinds, b->kind);
}

class Checker {
public:
    Checker(const Tree& tree, const Types& types) : types_(types), locals_(tree.locals) {}

    TypePtr check(const Node& node) {
        switch (node.kind) {
            case NodeKind::literal: return make(node.literal.kind());
            case NodeKind::list: return list(node);
            case NodeKind::map: return map(node);
            case NodeKind::local: return locals_[node.slot];
            case NodeKind::global: return global(node);
            case NodeKind::select: return select(node);
            case NodeKind::index: return index(node);
            case NodeKind::has:
                require(node.children[0], only(Kind::map), "'has'");
                return make(Kind::boolean);
            case NodeKind::call: return call(node);
            case NodeKind::unknown_call: return unknown_call(node);
            case NodeKind::macro: return macro(node);
            case NodeKind::negate: return require(node.children[0], any_of(Kind::integer, Kind::real), "'-'");
            case NodeKind::invert: return boolean(node, "'!'");
            case NodeKind::logic: return boolean(node, "'" + std::string(word(node.operation)) + "'");
            case NodeKind::binary: return binary(node);
            case NodeKind::conditional: {
                require(node.children[0], only(Kind::boolean), "'?'");
                const TypePtr chosen = check(node.children[1]);
                return either(chosen, check(node.children[2]));
            }
            case NodeKind::name: break;
        }
        throw InternalError("expression: a node of no kind");
    }

    std::vector<Problem> take() { return std::move(problems_); }

private:
    void mistake(const Node& node, std::string message) {
        problems_.push_back(problem_at(node, "type", std::move(message)));
    }
    void mismatch(const Node& node, const std::string& by, Kinds wanted, const TypePtr& found) {
        mistake(node, by + " needs " + words(wanted) + " here, not " + std::string(word(found->kind)));
    }
    TypePtr require(const Node& node, Kinds wanted, const std::string& by) {
        TypePtr found = check(node);
        if (!may_be(found, wanted)) mismatch(node, by, wanted, found);
        return found;
    }
    TypePtr boolean(const Node& node, const std::string& by) {
        for (const Node& child : node.children) require(child, only(Kind::boolean), by);
        return make(Kind::boolean);
    }

    TypePtr list(const Node& node) {
        TypePtr common;
        for (const Node& child : node.children) {
            const TypePtr type = check(child);
            common = common == nullptr ? type : either(common, type);
        }
        return common == nullptr ? make(Kind::list) : Type::list(common);
    }

    TypePtr map(const Node& node) {
        TypePtr common;
        for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
            require(node.children[i], key_kinds & static_cast<Kinds>(~only(Kind::real)), "the key of a map");
            const TypePtr type = check(node.children[i + 1]);
            common = common == nullptr ? type : either(common, type);
        }
        return common == nullptr ? make(Kind::map) : Type::map(common);
    }

    void unknown(const Node& node, std::string message, std::string_view name,
                 const std::vector<std::string>& names) {
        constexpr std::size_t most_listed = 12;
        Problem problem = problem_at_point(node, "unknown-name", std::move(message));
        problem.help = did_you_mean(name, names);
        if (problem.help.empty() && !names.empty() && names.size() <= most_listed)
            problem.help.push_back("there is: " + join(names, ", "));
        problems_.push_back(std::move(problem));
    }

    TypePtr global(const Node& node) {
        if (auto found = types_.find(node.text)) return found;
        if (node.literal.kind() == Kind::type) return make(Kind::type);
        unknown(node, "there is no '" + node.text + "'", node.text, types_.names());
        return make(Kind::dynamic);
    }

    TypePtr field(const Node& node, const TypePtr& map, const std::string& key) {
        if (const auto found = map->fields.find(key); found != map->fields.end()) return found->second;
        if (!map->closed) return map->element ? map->element : make(Kind::dynamic);
        std::vector<std::string> names;
        for (const auto& entry : map->fields) names.push_back(entry.first);
        const Node& operand = node.children[0];
        const bool named = operand.kind == NodeKind::global || operand.kind == NodeKind::local;
        unknown(node, "there is no '" + shown(key) + "'" + (named ? " in '" + operand.text + "'" : ""), key,
                names);
        return make(Kind::dynamic);
    }

    TypePtr select(const Node& node) {
        const TypePtr operand = require(node.children[0], only(Kind::map), "'." + node.text + "'");
        return operand->kind == Kind::map ? field(node, operand, node.text) : make(Kind::dynamic);
    }

    // Of a key that is computed: of fields that differ nobody knows which it is.
    static TypePtr any_field(const TypePtr& map) {
        const bool alike = map->element && (map->fields.empty() || map->closed);
        return alike ? map->element : make(Kind::dynamic);
    }

    TypePtr index(const Node& node) {
        const TypePtr operand = require(node.children[0], aggregates, "'[…]'");
        const Node& key = node.children[1];
        if (operand->kind == Kind::list) {
            require(key, number_kinds, "the index of a list");
            return operand->element ? operand->element : make(Kind::dynamic);
        }
        if (operand->kind != Kind::map) {
            check(key);
            return make(Kind::dynamic);
        }
        require(key, operand->closed ? only(Kind::string) : key_kinds, "the key of a map");
        const auto* text = key.literal.as<std::string>();
        if (text != nullptr && key.kind == NodeKind::literal) return field(node, operand, *text);
        return any_field(operand);
    }

    TypePtr call(const Node& node) {
        const Signature& signature = *node.signature;
        const std::string by = "'" + std::string(signature.name) + "'";
        for (std::size_t i = 0; i < signature.count; ++i) require(node.children[i], signature.kinds[i], by);
        if (node.pattern != nullptr && !node.pattern->mistake().empty())
            problems_.push_back(
                problem_at(node.children[1], "value",
                           "the regular expression cannot be used: " + node.pattern->mistake()));
        return signature.result == Kind::list ? Type::list(make(Kind::string)) : make(signature.result);
    }

    // Its arguments are not looked at: of a misspelt macro they have variables that nobody knows.
    TypePtr unknown_call(const Node& node) {
        if (node.method) check(node.children[0]);
        problems_.push_back(unknown_function(node));
        return make(Kind::dynamic);
    }

    TypePtr macro(const Node& node) {
        const std::string by = "'" + node.text + "'";
        const TypePtr range = require(node.children[0], aggregates, by);
        const bool is_list = range->kind == Kind::list;
        const TypePtr element = range->element ? range->element : make(Kind::dynamic);
        TypePtr first = is_list ? element : make(range->closed ? Kind::string : Kind::dynamic);
        if (node.variables == 2) {
            first = is_list ? make(Kind::integer) : first;
            locals_[node.children[2].slot] = any_field(range);
        }
        locals_[node.children[1].slot] = first;
        const std::size_t first_expression = 1U + node.variables;
        const bool makes = node.macro == Macro::map || node.macro == Macro::transform_list ||
                           node.macro == Macro::transform_map;
        if (!makes || node.children.size() > first_expression + 1)
            require(node.children[first_expression], only(Kind::boolean), by);
        if (!makes) return node.macro == Macro::filter ? Type::list(first) : make(Kind::boolean);
        const TypePtr made = check(node.children.back());
        return node.macro == Macro::transform_map ? Type::map(made) : Type::list(made);
    }

    TypePtr binary(const Node& node) {
        const std::string by = "'" + std::string(word(node.operation)) + "'";
        switch (node.operation) {
            case Operator::equal:
            case Operator::unequal: return comparison(node, by, every_kind);
            case Operator::less:
            case Operator::less_equal:
            case Operator::greater:
            case Operator::greater_equal: return comparison(node, by, ordered_kinds);
            case Operator::in: return membership(node);
            default: return arithmetic(node, by);
        }
    }

    // Values of two types are never equal; where that is sure beforehand, it is a slip.
    TypePtr comparison(const Node& node, const std::string& by, Kinds kinds) {
        const TypePtr left = check(node.children[0]);
        const TypePtr right = check(node.children[1]);
        if (!may_be(left, kinds)) {
            mismatch(node.children[0], by, kinds, left);
        } else if (!may_be(right, kinds)) {
            mismatch(node.children[1], by, kinds, right);
        } else if (!are_comparable(left, right)) {
            mistake(node, by + " compares " + std::string(word(left->kind)) + " with " +
                              std::string(word(right->kind)));
        }
        return make(Kind::boolean);
    }

    TypePtr membership(const Node& node) {
        const TypePtr item = check(node.children[0]);
        const TypePtr whole = require(node.children[1], aggregates, "'in'");
        if (whole->kind == Kind::map && !may_be(item, key_kinds))
            mismatch(node.children[0], "'in' of a map", key_kinds, item);
        if (whole->kind == Kind::list && whole->element && !are_comparable(item, whole->element))
            mistake(node, "'in' looks for " + std::string(word(item->kind)) + " in a list of " +
                              std::string(word(whole->element->kind)));
        return make(Kind::boolean);
    }

    static Kinds operands_of(Operator operation) {
        switch (operation) {
            case Operator::add: return number_kinds | joined_kinds | time_kinds;
            case Operator::subtract: return number_kinds | time_kinds;
            case Operator::remainder: return any_of(Kind::integer, Kind::unsigned_integer);
            default: return number_kinds;
        }
    }

    // Of + and - with a timestamp or duration; dynamic: they do not go together.
    static Kind time_result(Operator operation, Kind left, Kind right) {
        if (left == Kind::duration && right == Kind::duration) return Kind::duration;
        if (left == Kind::timestamp && right == Kind::duration) return Kind::timestamp;
        if (operation == Operator::add)
            return left == Kind::duration && right == Kind::timestamp ? Kind::timestamp : Kind::dynamic;
        return left == Kind::timestamp && right == Kind::timestamp ? Kind::duration : Kind::dynamic;
    }

    TypePtr arithmetic(const Node& node, const std::string& by) {
        const Kinds kinds = operands_of(node.operation);
        const TypePtr left = require(node.children[0], kinds, by);
        const TypePtr right = require(node.children[1], kinds, by);
        const bool fit = has(kinds, left->kind) && has(kinds, right->kind);
        if (!fit) {
            const TypePtr& known = is_known(left) ? left : right;
            return has(number_kinds | joined_kinds, known->kind) ? make(known->kind) : make(Kind::dynamic);
        }
        if (has(time_kinds, left->kind) && has(time_kinds, right->kind)) {
            const Kind result = time_result(node.operation, left->kind, right->kind);
            if (result != Kind::dynamic) return make(result);
        } else if (left->kind == right->kind) {
            return left->kind == Kind::list ? either(left, right) : make(left->kind);
        }
        mistake(node, by + " does not work on " + std::string(word(left->kind)) + " and " +
                          std::string(word(right->kind)));
        return make(Kind::dynamic);
    }

    const Types& types_;
    std::vector<TypePtr> locals_;  // by slot
    std::vector<Problem> problems_;
};

}  // namespace

std::vector<Problem> check_tree(const Tree& tree, const Types& types, TypePtr* result) {
    Checker checker(tree, types);
    TypePtr type = checker.check(tree.root);
    if (result != nullptr) *result = std::move(type);
    return checker.take();
}

}  // namespace contract::expression
