// SPDX-License-Identifier: Apache-2.0
//
// A Pratt parser over CEL's precedences. Two bounds: nesting, which is the parser's own recursion, and the
// height of the tree, which a long chain of operators reaches without any nesting.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "contract/base/text.hpp"
#include "lexer.hpp"
#include "node.hpp"

namespace contract::expression {

namespace {

constexpr std::size_t deepest_nesting = 100;
constexpr std::size_t tallest_tree = 500;

struct Binary {
    std::string_view sign;
    Operator operation;
    int strength;
};
constexpr std::array binaries{
    Binary{"||", Operator::logical_or, 1}, Binary{"&&", Operator::logical_and, 2},
    Binary{"==", Operator::equal, 3},      Binary{"!=", Operator::unequal, 3},
    Binary{"<", Operator::less, 3},        Binary{"<=", Operator::less_equal, 3},
    Binary{">", Operator::greater, 3},     Binary{">=", Operator::greater_equal, 3},
    Binary{"in", Operator::in, 3},         Binary{"+", Operator::add, 4},
    Binary{"-", Operator::subtract, 4},    Binary{"*", Operator::multiply, 5},
    Binary{"/", Operator::divide, 5},      Binary{"%", Operator::remainder, 5},
};

constexpr std::array<std::string_view, 17> reserved{
    "as",  "break", "const",   "continue",  "else",   "for", "function", "if",   "import",
    "let", "loop",  "package", "namespace", "return", "var", "void",     "while"};

// Functions and macros of the whole language that this version has not.
constexpr std::array<std::string_view, 53> later{"int",          "uint",
                                                 "double",       "string",
                                                 "bytes",        "bool",
                                                 "type",         "dyn",
                                                 "duration",     "timestamp",
                                                 "matches",      "all",
                                                 "exists",       "exists_one",
                                                 "existsOne",    "map",
                                                 "filter",       "transformList",
                                                 "transformMap", "transformMapEntry",
                                                 "charAt",       "indexOf",
                                                 "join",         "lastIndexOf",
                                                 "lowerAscii",   "upperAscii",
                                                 "replace",      "split",
                                                 "substring",    "trim",
                                                 "reverse",      "format",
                                                 "quote",        "toJson",
                                                 "toToml",       "version",
                                                 "getFullYear",  "getMonth",
                                                 "getDate",      "getDayOfMonth",
                                                 "getDayOfWeek", "getDayOfYear",
                                                 "getHours",     "getMinutes",
                                                 "getSeconds",   "getMilliseconds",
                                                 "greatest",     "least",
                                                 "bind",         "block",
                                                 "flatten",      "distinct",
                                                 "sort"};

template <typename List>
bool contains(const List& list, std::string_view word_text) {
    return std::find(list.begin(), list.end(), word_text) != list.end();
}

// Carries the first problem out of the recursion; never leaves this file.
struct Stop {
    Problem problem;
};

class Parser {
public:
    explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

    Node run() {
        Node root = expression();
        if (token().kind != TokenKind::end) unexpected("an operator or the end");
        return root;
    }

private:
    const Token& token() const { return tokens_[at_]; }
    bool is_sign(std::string_view sign) const {
        return token().kind == TokenKind::sign && token().text == sign;
    }
    bool accept(std::string_view sign) {
        if (!is_sign(sign)) return false;
        ++at_;
        return true;
    }
    std::size_t previous_end() const { return at_ == 0 ? 0 : tokens_[at_ - 1].end; }

    [[noreturn]] static void stop(std::string code, std::string message, std::size_t begin, std::size_t end) {
        throw Stop{{std::move(code), std::move(message), begin, end, {}}};
    }
    [[noreturn]] void unexpected(std::string_view wanted) const {
        const Token& found = token();
        if (found.kind == TokenKind::end)
            stop("syntax", "the expression ends where " + std::string(wanted) + " is expected", found.begin,
                 found.end);
        const std::string shown = found.kind == TokenKind::string ? "a string" : "'" + found.text + "'";
        stop("syntax", shown + " stands where " + std::string(wanted) + " is expected", found.begin,
             found.end);
    }
    [[noreturn]] static void unsupported(const std::string& what, const Token& where) {
        stop("unsupported", what + " not supported in this version", where.begin, where.end);
    }
    void expect(std::string_view sign) {
        if (!accept(sign)) unexpected("'" + std::string(sign) + "'");
    }

    static Node finish(Node node) {
        for (const Node& child : node.children) node.height = std::max(node.height, child.height + 1);
        if (node.height > tallest_tree)
            stop("limit", "the expression is a chain of more than 500 operations", node.begin, node.end);
        return node;
    }
    Node start(NodeKind kind, std::size_t begin, const Token& point) const {
        Node node;
        node.kind = kind;
        node.begin = begin;
        node.end = previous_end();
        node.point_begin = point.begin;
        node.point_end = point.end;
        return node;
    }

    Node expression() {
        if (++depth_ > deepest_nesting)
            stop("limit", "the expression is nested deeper than 100 levels", token().begin, token().end);
        Node condition = binary(1);
        if (is_sign("?")) {
            const Token point = tokens_[at_++];
            Node chosen = binary(1);
            expect(":");
            Node other = expression();
            Node node = start(NodeKind::conditional, condition.begin, point);
            node.children.push_back(std::move(condition));
            node.children.push_back(std::move(chosen));
            node.children.push_back(std::move(other));
            condition = finish(std::move(node));
        }
        --depth_;
        return condition;
    }

    const Binary* operator_here() const {
        if (token().kind != TokenKind::sign && !(token().kind == TokenKind::name && token().text == "in"))
            return nullptr;
        for (const Binary& entry : binaries)
            if (entry.sign == token().text) return &entry;
        return nullptr;
    }

    Node binary(int least) {
        Node left = unary();
        for (const Binary* found = operator_here(); found && found->strength >= least;
             found = operator_here()) {
            const Token point = tokens_[at_++];
            Node right = binary(found->strength + 1);
            Node node = start(NodeKind::binary, left.begin, point);
            node.operation = found->operation;
            node.children.push_back(std::move(left));
            node.children.push_back(std::move(right));
            left = finish(std::move(node));
        }
        return left;
    }

    Node unary() {
        if (!is_sign("!") && !is_sign("-")) return member();
        if (++depth_ > deepest_nesting)
            stop("limit", "the expression is nested deeper than 100 levels", token().begin, token().end);
        const Token point = tokens_[at_++];
        Node node;
        if (point.text == "-" && token().kind == TokenKind::integer) {
            // The least integer has no positive counterpart, so a literal takes its sign with it.
            const std::size_t literal = at_;
            tokens_[literal].text.insert(0, "-");
            tokens_[literal].begin = point.begin;
            node = member();
        } else {
            Node operand = unary();
            node = start(point.text == "!" ? NodeKind::invert : NodeKind::negate, point.begin, point);
            node.children.push_back(std::move(operand));
            node = finish(std::move(node));
        }
        --depth_;
        return node;
    }

    Node member() {
        Node node = primary();
        for (;;) {
            if (is_sign(".")) {
                ++at_;
                node = selection(std::move(node));
            } else if (is_sign("[")) {
                const Token point = tokens_[at_++];
                Node key = expression();
                expect("]");
                Node index = start(NodeKind::index, node.begin, point);
                index.point_begin = key.begin;
                index.point_end = key.end;
                index.children.push_back(std::move(node));
                index.children.push_back(std::move(key));
                node = finish(std::move(index));
            } else if (is_sign("{")) {
                unsupported("messages in braces are", token());
            } else {
                return node;
            }
        }
    }

    Node selection(Node operand) {
        if (is_sign("?")) unsupported("optional fields are", token());
        if (token().kind != TokenKind::name) unexpected("a field");
        const Token field = tokens_[at_++];
        const std::size_t begin = operand.begin;
        if (is_sign("(")) return call(field, std::move(operand), begin);
        if (field.text == "in" || field.text == "true" || field.text == "false" || field.text == "null")
            stop("syntax", "'" + field.text + "' cannot be a field; write [\"" + field.text + "\"]",
                 field.begin, field.end);
        Node node = start(NodeKind::select, begin, field);
        node.text = field.text;
        node.children.push_back(std::move(operand));
        return finish(std::move(node));
    }

    std::vector<Node> items(std::string_view closing) {
        std::vector<Node> nodes;
        while (!is_sign(closing)) {
            if (is_sign("?")) unsupported("optional items are", token());
            nodes.push_back(expression());
            if (!accept(",")) break;
        }
        expect(closing);
        return nodes;
    }

    static std::optional<Function> method_named(std::string_view name) {
        if (name == "size") return Function::size;
        if (name == "contains") return Function::contains;
        if (name == "startsWith") return Function::starts_with;
        if (name == "endsWith") return Function::ends_with;
        return std::nullopt;
    }

    // The next token is "(".
    Node call(const Token& name, std::optional<Node> operand, std::size_t begin) {
        if (contains(later, name.text)) unsupported("'" + name.text + "' is", name);
        ++at_;
        if (name.text == "has" && !operand) return has(name);
        std::vector<Node> arguments = items(")");
        const auto function = method_named(name.text);
        if (!function || (!operand && *function != Function::size))
            unknown_function(name, operand.has_value());
        Node node = start(NodeKind::call, begin, name);
        node.function = *function;
        if (operand) node.children.push_back(std::move(*operand));
        for (Node& argument : arguments) node.children.push_back(std::move(argument));
        const std::size_t wanted = *function == Function::size ? 1 : 2;
        if (node.children.size() != wanted)
            stop("type", "'" + name.text + "' takes " + count(wanted - (operand ? 1U : 0U), "argument"),
                 node.begin, node.end);
        return finish(std::move(node));
    }

    [[noreturn]] static void unknown_function(const Token& name, bool method) {
        Problem problem{"unknown-name",
                        "there is no " + std::string(method ? "method" : "function") + " '" + name.text + "'",
                        name.begin,
                        name.end,
                        {}};
        problem.help = did_you_mean(name.text, {"size", "has", "contains", "startsWith", "endsWith"});
        throw Stop{std::move(problem)};
    }

    Node has(const Token& name) {
        std::vector<Node> arguments = items(")");
        if (arguments.size() != 1 || arguments[0].kind != NodeKind::select)
            stop("syntax", "'has' takes one selection, such as has(a.b)", name.begin, previous_end());
        Node node = start(NodeKind::has, name.begin, name);
        node.point_begin = arguments[0].point_begin;
        node.point_end = arguments[0].point_end;
        node.text = arguments[0].text;
        Node operand = std::move(arguments[0].children[0]);
        node.children.push_back(std::move(operand));
        return finish(std::move(node));
    }

    Node primary() {
        const Token& first = token();
        switch (first.kind) {
            case TokenKind::integer: return integer();
            case TokenKind::string: {
                const Token point = tokens_[at_++];
                Node node = start(NodeKind::literal, point.begin, point);
                node.literal = Value(point.text);
                return node;
            }
            case TokenKind::name: return name();
            case TokenKind::sign: return bracketed();
            case TokenKind::end: break;
        }
        unexpected("a value");
    }

    Node bracketed() {
        const Token point = token();
        if (accept("(")) {
            Node node = expression();
            expect(")");
            node.begin = point.begin;
            node.end = previous_end();
            return node;
        }
        if (accept("[")) {
            std::vector<Node> nodes = items("]");
            Node node = start(NodeKind::list, point.begin, point);
            node.children = std::move(nodes);
            return finish(std::move(node));
        }
        if (is_sign("{")) unsupported("maps in braces are", point);
        if (is_sign(".")) unsupported("names that start with '.' are", point);
        unexpected("a value");
    }

    Node name() {
        const Token point = tokens_[at_++];
        if (is_sign("(")) return call(point, std::nullopt, point.begin);
        if (point.text == "true" || point.text == "false" || point.text == "null") {
            Node node = start(NodeKind::literal, point.begin, point);
            if (point.text != "null") node.literal = Value(point.text == "true");
            return node;
        }
        if (point.text == "in" || contains(reserved, point.text))
            stop("syntax", "'" + point.text + "' is a reserved word", point.begin, point.end);
        Node node = start(NodeKind::name, point.begin, point);
        node.text = point.text;
        return node;
    }

    Node integer() {
        const Token point = tokens_[at_++];
        std::string digits = point.text;
        const bool negative = digits[0] == '-';
        int base = 10;
        if (const std::size_t prefix = negative ? 1 : 0;
            digits.size() > prefix + 1 && (digits[prefix + 1] | 0x20) == 'x') {
            digits.erase(prefix, 2);
            base = 16;
        }
        std::int64_t value = 0;
        const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
        if (parsed.ec != std::errc{})
            stop("value", "the number does not fit in 64 bits", point.begin, point.end);
        Node node = start(NodeKind::literal, point.begin, point);
        node.literal = Value(value);
        return node;
    }

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
};

}  // namespace

std::string_view word(Operator operation) {
    for (const Binary& entry : binaries)
        if (entry.operation == operation) return entry.sign;
    return "";
}

std::string_view word(Function function) {
    switch (function) {
        case Function::size: return "size";
        case Function::contains: return "contains";
        case Function::starts_with: return "startsWith";
        case Function::ends_with: return "endsWith";
    }
    return "";
}

std::variant<Node, Problem> parse_node(std::string_view text) {
    auto tokens = tokenize(text);
    if (auto* problem = std::get_if<Problem>(&tokens)) return std::move(*problem);
    try {
        return Parser(std::get<0>(std::move(tokens))).run();
    } catch (Stop& stopped) {
        return std::move(stopped.problem);
    }
}

}  // namespace contract::expression
