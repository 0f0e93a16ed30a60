// SPDX-License-Identifier: Apache-2.0
//
// What names and calls of a parsed expression mean: macros get slots for their variables, functions their row
// of the table. What CEL has and this language leaves out is refused here by its name.
#include <algorithm>
#include <array>
#include <map>

#include "limits.hpp"
#include "pattern.hpp"
#include "signatures.hpp"

namespace contract::expression {

namespace {

struct MacroForm {
    std::string_view name;
    Macro macro;
    std::uint8_t variables;
    std::uint8_t expressions;  // behind the variables
};
constexpr std::array macro_forms{
    MacroForm{"all", Macro::all, 1, 1},
    MacroForm{"all", Macro::all, 2, 1},
    MacroForm{"exists", Macro::exists, 1, 1},
    MacroForm{"exists", Macro::exists, 2, 1},
    MacroForm{"exists_one", Macro::exists_one, 1, 1},
    MacroForm{"exists_one", Macro::exists_one, 2, 1},
    MacroForm{"existsOne", Macro::exists_one, 1, 1},
    MacroForm{"existsOne", Macro::exists_one, 2, 1},
    MacroForm{"map", Macro::map, 1, 1},
    MacroForm{"map", Macro::map, 1, 2},
    MacroForm{"filter", Macro::filter, 1, 1},
    MacroForm{"transformList", Macro::transform_list, 2, 1},
    MacroForm{"transformList", Macro::transform_list, 2, 2},
    MacroForm{"transformMap", Macro::transform_map, 2, 1},
    MacroForm{"transformMap", Macro::transform_map, 2, 2},
};

const MacroForm* find_macro(std::string_view name, std::size_t arguments) {
    for (const MacroForm& form : macro_forms)
        if (form.name == name && form.variables + form.expressions == static_cast<int>(arguments))
            return &form;
    return nullptr;
}

// Libraries of CEL by the name in front of their functions, and functions that have none.
constexpr std::array<std::string_view, 9> left_out_libraries{"cel",      "math",  "sets",  "lists", "base64",
                                                             "optional", "proto", "regex", "ext"};
constexpr std::array<std::string_view, 27> left_out_functions{
    "flatten",    "distinct", "sort",     "sortBy",     "slice",    "range",      "first",
    "last",       "optMap",   "orValue",  "optFlatMap", "hasValue", "optionalOf", "transformMapEntry",
    "url",        "isURL",    "ip",       "isIP",       "cidr",     "isCIDR",     "quantity",
    "isQuantity", "semver",   "isSemver", "find",       "findAll",  "unwrapOpt"};

template <typename List>
bool contains(const List& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

class Resolver {
public:
    Tree run(Node root) {
        visit(root);
        tree_.root = std::move(root);
        return std::move(tree_);
    }

private:
    void visit(Node& node) {
        switch (node.kind) {
            case NodeKind::name: return name(node);
            case NodeKind::select:
                if (!well_known_type(node)) visit(node.children[0]);
                return;
            case NodeKind::call: return call(node);
            default:
                for (Node& child : node.children) visit(child);
        }
    }

    void name(Node& node) {
        const auto local =
            node.absolute ? scope_.rend() : std::find(scope_.rbegin(), scope_.rend(), node.text);
        if (local != scope_.rend()) {
            node.kind = NodeKind::local;
            node.slot = static_cast<std::uint32_t>(scope_.rend() - local - 1);
            return;
        }
        node.kind = NodeKind::global;
        if (const Kind type = denoted_type(node.text); type != Kind::dynamic)
            node.literal = Value::type(type);
        const auto next = static_cast<std::uint32_t>(tree_.names.size());
        const auto [known, added] = numbers_.emplace(node.text, next);
        if (added) tree_.names.push_back(node.text);
        node.slot = known->second;
    }

    // google.protobuf.Timestamp and google.protobuf.Duration are types; of protobuf there is nothing else.
    bool well_known_type(Node& node) {
        const Node& middle = node.children[0];
        if (middle.kind != NodeKind::select || middle.text != "protobuf") return false;
        const Node& first = middle.children[0];
        if (first.kind != NodeKind::name || first.text != "google" || is_local(first)) return false;
        if (node.text != "Timestamp" && node.text != "Duration")
            unsupported("types of protobuf are", node.begin, node.end);
        const Kind kind = node.text == "Timestamp" ? Kind::timestamp : Kind::duration;
        node.kind = NodeKind::literal;
        node.literal = Value::type(kind);
        node.children.clear();
        return true;
    }

    bool is_local(const Node& node) const { return !node.absolute && contains(scope_, node.text); }

    void call(Node& node) {
        if (!node.method && node.text == "has") return has(node);
        const std::size_t arguments = node.children.size() - (node.method ? 1 : 0);
        if (const MacroForm* form = node.method ? find_macro(node.text, arguments) : nullptr)
            return macro(node, *form);
        if (node.method && is_namespaced(node)) return function(node);
        for (Node& child : node.children) visit(child);
        function(node);
    }

    // strings.quote(x): the receiver is a part of the name.
    bool is_namespaced(Node& node) {
        const Node& receiver = node.children[0];
        if (receiver.kind != NodeKind::name || is_local(receiver)) return false;
        const std::string full = receiver.text + "." + node.text;
        const Signature* known = find_signature(full, Style::function, node.children.size() - 1);
        if (known == nullptr) {
            if (contains(left_out_libraries, receiver.text) &&
                find_signature(node.text, Style::method, node.children.size()) == nullptr)
                unsupported("'" + full + "' is", node.begin, node.point_end);
            return false;
        }
        node.text = full;
        node.method = false;
        node.point_begin = receiver.begin;
        node.children.erase(node.children.begin());
        for (Node& child : node.children) visit(child);
        return true;
    }

    void function(Node& node) {
        const Style style = node.method ? Style::method : Style::function;
        node.signature = find_signature(node.text, style, node.children.size());
        if (node.signature == nullptr) {
            if (ways_to_call(node.text).empty() && contains(left_out_functions, node.text))
                unsupported("'" + node.text + "' is", node.point_begin, node.point_end);
            node.kind = NodeKind::unknown_call;
            return;
        }
        const Node* pattern = node.text == "matches" ? &node.children[1] : nullptr;
        if (pattern == nullptr || pattern->kind != NodeKind::literal) return;
        const auto* text = pattern->literal.as<std::string>();
        if (text == nullptr) return;
        if (++patterns_ > most_patterns)
            stop("limit", "an expression may have 32 regular expressions", pattern->begin, pattern->end);
        node.pattern = std::make_shared<const Pattern>(*text);
    }

    void has(Node& node) {
        if (node.children.size() != 1 || node.children[0].kind != NodeKind::select)
            stop("syntax", "'has' takes one selection, such as has(a.b)", node.begin, node.end);
        Node selection = std::move(node.children[0]);
        node.kind = NodeKind::has;
        node.text = selection.text;
        node.point_begin = selection.point_begin;
        node.point_end = selection.point_end;
        node.children = std::move(selection.children);
        visit(node.children[0]);
    }

    void macro(Node& node, const MacroForm& form) {
        visit(node.children[0]);
        node.kind = NodeKind::macro;
        node.macro = form.macro;
        node.variables = form.variables;
        for (std::size_t i = 1; i <= form.variables; ++i) variable(node.children[i]);
        if (form.variables == 2 && node.children[1].text == node.children[2].text)
            stop("syntax", "the two variables have one name", node.children[2].begin, node.children[2].end);
        const std::size_t outer = scope_.size();
        for (std::size_t i = 1; i <= form.variables; ++i) scope_.push_back(node.children[i].text);
        tree_.locals = std::max(tree_.locals, static_cast<std::uint32_t>(scope_.size()));
        for (std::size_t i = 1; i < node.children.size(); ++i) visit(node.children[i]);
        scope_.resize(outer);
    }

    static void variable(const Node& node) {
        if (node.kind != NodeKind::name || node.absolute || node.begin != node.point_begin)
            stop("syntax", "a variable of a macro is a simple name", node.begin, node.end);
    }

    Tree tree_;
    std::map<std::string, std::uint32_t, std::less<>> numbers_;
    std::vector<std::string> scope_;  // the variables of macros, outer ones first; a slot is the place here
    std::size_t patterns_ = 0;
};

}  // namespace

Tree resolve(Node root) {
    return Resolver().run(std::move(root));
}

std::vector<std::string> macro_names() {
    std::vector<std::string> names{"has"};
    for (const MacroForm& form : macro_forms) names.emplace_back(form.name);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

std::string ways_to_use_macro(std::string_view name) {
    std::string out;
    for (const MacroForm& form : macro_forms) {
        if (form.name != name) continue;
        static constexpr std::string_view variables[] = {"x, ", "key, value, "};
        out += (out.empty() ? "a." : " or a.") + std::string(name) + "(" +
               std::string(variables[form.variables - 1]) + (form.expressions == 2 ? "condition, " : "") +
               "expression)";
    }
    return out;
}

Problem unknown_function(const Node& node) {
    const std::string ways = ways_to_use_macro(node.text) + ways_to_call(node.text);
    if (!ways.empty()) {
        Problem problem =
            problem_at_point(node, "unknown-name", "'" + node.text + "' cannot be called like this");
        problem.help.push_back("write " + ways);
        return problem;
    }
    const std::string what = node.method ? "method" : "function";
    Problem problem = problem_at_point(node, "unknown-name", "there is no " + what + " '" + node.text + "'");
    auto names = function_names(node.method ? Style::method : Style::function);
    const auto macros = macro_names();
    names.insert(names.end(), macros.begin(), macros.end());
    problem.help = did_you_mean(node.text, names);
    return problem;
}

Kind denoted_type(std::string_view name) {
    for (unsigned i = 0; i < static_cast<unsigned>(Kind::dynamic); ++i) {
        const auto kind = static_cast<Kind>(i);
        if (kind != Kind::object && type_name(kind) == name) return kind;
    }
    return Kind::dynamic;
}

}  // namespace contract::expression
