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
#include "limits.hpp"
#include "node.hpp"
#include "number_text.hpp"

namespace contract::expression {

namespace {

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

bool is_word(std::string_view text) {
    return text == "in" || text == "true" || text == "false" || text == "null";
}

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
    void expect(std::string_view sign) {
        if (!accept(sign)) unexpected("'" + std::string(sign) + "'");
    }
    std::size_t previous_end() const { return at_ == 0 ? 0 : tokens_[at_ - 1].end; }

    [[noreturn]] void unexpected(std::string_view wanted) const {
        const Token& found = token();
        if (found.kind == TokenKind::end)
            stop("syntax", "the expression ends where " + std::string(wanted) + " is expected", found.begin,
                 found.end);
        const bool quoted_text = found.kind == TokenKind::string || found.kind == TokenKind::bytes;
        const std::string shown = quoted_text ? "a string" : "'" + found.text + "'";
        stop("syntax", shown + " stands where " + std::string(wanted) + " is expected", found.begin,
             found.end);
    }

    static Node bounded(Node node) {
        if (node.height > tallest_tree)
            stop("limit", "the expression is a chain of more than 500 operations", node.begin, node.end);
        return node;
    }
    static Node finish(Node node) {
        for (const Node& child : node.children) node.height = std::max(node.height, child.height + 1);
        return bounded(std::move(node));
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
    Node literal(const Token& point, Value value) const {
        Node node = start(NodeKind::literal, point.begin, point);
        node.literal = std::move(value);
        return node;
    }

    void enter() {
        if (++depth_ > deepest_nesting)
            stop("limit", "the expression is nested deeper than 100 levels", token().begin, token().end);
    }

    Node expression() {
        enter();
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
            left = combine(*found, point, std::move(left), binary(found->strength + 1));
        }
        return left;
    }

    // `a && b && c` is one node, so that a long list of conditions is no tall tree.
    Node combine(const Binary& found, const Token& point, Node left, Node right) const {
        const bool logic =
            found.operation == Operator::logical_and || found.operation == Operator::logical_or;
        const bool bracketed = left.begin != (left.children.empty() ? left.begin : left.children[0].begin);
        if (logic && left.kind == NodeKind::logic && left.operation == found.operation && !bracketed) {
            left.end = previous_end();
            left.height = std::max(left.height, right.height + 1);
            left.children.push_back(std::move(right));
            return bounded(std::move(left));
        }
        Node node = start(logic ? NodeKind::logic : NodeKind::binary, left.begin, point);
        node.operation = found.operation;
        node.children.push_back(std::move(left));
        node.children.push_back(std::move(right));
        return finish(std::move(node));
    }

    Node unary() {
        if (!is_sign("!") && !is_sign("-")) return member();
        enter();
        const Token point = tokens_[at_++];
        Node node;
        const TokenKind next = token().kind;
        if (point.text == "-" && (next == TokenKind::integer || next == TokenKind::real)) {
            // The least integer has no positive counterpart, so a literal takes its sign with it.
            tokens_[at_].text.insert(0, "-");
            tokens_[at_].begin = point.begin;
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
        while (true) {
            const Token point = token();
            if (accept(".")) {
                node = selection(std::move(node));
            } else if (accept("[")) {
                if (is_sign("?")) unsupported("optional indexes are", token().begin, token().end);
                Node key = expression();
                expect("]");
                Node index = start(NodeKind::index, node.begin, point);
                index.point_begin = key.begin;
                index.point_end = key.end;
                index.children.push_back(std::move(node));
                index.children.push_back(std::move(key));
                node = finish(std::move(index));
            } else if (is_sign("{") && (node.kind == NodeKind::name || node.kind == NodeKind::select)) {
                unsupported("messages, such as Type{field: value}, are", node.begin, token().end);
            } else {
                return node;
            }
        }
    }

    Node selection(Node operand) {
        if (is_sign("?")) unsupported("optional fields are", token().begin, token().end);
        if (token().kind != TokenKind::name && token().kind != TokenKind::quoted_name) unexpected("a field");
        const Token field = tokens_[at_++];
        const std::size_t begin = operand.begin;
        if (field.kind == TokenKind::name && is_word(field.text))
            stop("syntax", "'" + field.text + "' cannot be a field; write [\"" + field.text + "\"]",
                 field.begin, field.end);
        if (field.kind == TokenKind::name && is_sign("(")) return call(field, std::move(operand), begin);
        Node node = start(NodeKind::select, begin, field);
        node.text = field.text;
        node.children.push_back(std::move(operand));
        return finish(std::move(node));
    }

    // CEL's grammar lets a list or map end with a comma even when nothing stands before it: [,] and {,}.
    bool accept_lone_comma(std::string_view closing) {
        const Token& next = tokens_[std::min(at_ + 1, tokens_.size() - 1)];
        if (!is_sign(",") || next.kind != TokenKind::sign || next.text != closing) return false;
        at_ += 2;
        return true;
    }

    std::vector<Node> items(std::string_view closing) {
        std::vector<Node> nodes;
        if (closing == "]" && accept_lone_comma(closing)) return nodes;
        while (!is_sign(closing)) {
            if (is_sign("?")) unsupported("optional items are", token().begin, token().end);
            nodes.push_back(expression());
            if (!accept(",")) break;
            if (closing == ")" && is_sign(closing)) unexpected("an argument");
        }
        expect(closing);
        return nodes;
    }

    // The next token is "(".
    Node call(const Token& name, std::optional<Node> operand, std::size_t begin) {
        ++at_;
        std::vector<Node> arguments = items(")");
        Node node = start(NodeKind::call, begin, name);
        node.text = name.text;
        node.method = operand.has_value();
        if (operand) node.children.push_back(std::move(*operand));
        for (Node& argument : arguments) node.children.push_back(std::move(argument));
        return finish(std::move(node));
    }

    Node primary() {
        const Token point = token();
        switch (point.kind) {
            case TokenKind::integer: return integer<std::int64_t>();
            case TokenKind::unsigned_integer: return integer<std::uint64_t>();
            case TokenKind::real: return real();
            case TokenKind::string: ++at_; return literal(point, Value(point.text));
            case TokenKind::bytes: ++at_; return literal(point, Value(Bytes{point.text}));
            case TokenKind::name: return name(point.begin, false);
            case TokenKind::sign: return bracketed();
            case TokenKind::quoted_name:
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
        if (accept("{")) return map(point);
        if (accept(".")) {
            if (token().kind != TokenKind::name) unexpected("a name");
            return name(point.begin, true);
        }
        unexpected("a value");
    }

    Node map(const Token& point) {
        std::vector<Node> nodes;
        const bool only_a_comma = accept_lone_comma("}");
        while (!only_a_comma && !is_sign("}")) {
            if (is_sign("?")) unsupported("optional entries are", token().begin, token().end);
            nodes.push_back(expression());
            expect(":");
            nodes.push_back(expression());
            if (!accept(",")) break;
        }
        if (!only_a_comma) expect("}");
        Node node = start(NodeKind::map, point.begin, point);
        node.children = std::move(nodes);
        return finish(std::move(node));
    }

    Node name(std::size_t begin, bool absolute) {
        const Token point = tokens_[at_++];
        if (point.text == "in" || (absolute && is_word(point.text)) ||
            std::find(reserved.begin(), reserved.end(), point.text) != reserved.end())
            stop("syntax", "'" + point.text + "' is a reserved word", point.begin, point.end);
        if (point.text == "null") return literal(point, Value());
        if (is_word(point.text)) return literal(point, Value(point.text == "true"));
        if (is_sign("(")) return call(point, std::nullopt, begin);
        Node node = start(NodeKind::name, begin, point);
        node.text = point.text;
        node.absolute = absolute;
        return node;
    }

    template <typename Number>
    Node integer() {
        const Token point = tokens_[at_++];
        std::string digits = point.text;
        int base = 10;
        if (const std::size_t prefix = digits[0] == '-' ? 1 : 0; digits.substr(prefix, 2) == "0x") {
            digits.erase(prefix, 2);
            base = 16;
        }
        Number value = 0;
        const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
        if (parsed.ec != std::errc{})
            stop("value", "the number does not fit in 64 bits", point.begin, point.end);
        if constexpr (std::is_signed_v<Number>)
            return literal(point, Value(value));
        else
            return literal(point, Value::unsigned_integer(value));
    }

    Node real() {
        const Token point = tokens_[at_++];
        const auto value = parse_double(point.text);
        if (!value) stop("value", "the number does not fit in a double", point.begin, point.end);
        return literal(point, Value(*value));
    }

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
};

}  // namespace

void stop(std::string code, std::string message, std::size_t begin, std::size_t end,
          std::vector<std::string> help) {
    throw Stop{{std::move(code), std::move(message), begin, end, std::move(help)}};
}

void unsupported(const std::string& what, std::size_t begin, std::size_t end) {
    stop("unsupported", what + " left out of this language", begin, end);
}

std::string_view word(Operator operation) {
    for (const Binary& entry : binaries)
        if (entry.operation == operation) return entry.sign;
    return "";
}

std::variant<Tree, Problem> parse_tree(std::string_view text) {
    auto tokens = tokenize(text);
    if (auto* problem = std::get_if<Problem>(&tokens)) return std::move(*problem);
    try {
        return resolve(Parser(std::get<0>(std::move(tokens))).run());
    } catch (Stop& stopped) {
        return std::move(stopped.problem);
    }
}

}  // namespace contract::expression
