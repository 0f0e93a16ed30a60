// SPDX-License-Identifier: Apache-2.0
#include "contract/base/text.hpp"
#include "node.hpp"

namespace contract::expression {

namespace {

using Reference = Program::Reference;

// A chain of selections down to a name, as its steps; false when it is something else.
bool steps_of(const Node& node, std::vector<Reference::Step>& steps) {
    if (node.kind == NodeKind::name) {
        steps.push_back({Value(node.text), node.point_begin, node.point_end});
        return true;
    }
    if (node.kind == NodeKind::select || node.kind == NodeKind::has) {
        if (!steps_of(node.children[0], steps)) return false;
        steps.push_back({Value(node.text), node.point_begin, node.point_end});
        return true;
    }
    if (node.kind != NodeKind::index || node.children[1].kind != NodeKind::literal) return false;
    if (!steps_of(node.children[0], steps)) return false;
    steps.push_back({node.children[1].literal, node.point_begin, node.point_end});
    return true;
}

void collect(const Node& node, Reference::Use use, std::vector<Reference>& found) {
    Reference reference;
    if (steps_of(node, reference.steps)) {
        reference.begin = node.begin;
        reference.end = node.end;
        reference.use = node.kind == NodeKind::has ? Reference::Use::presence : use;
        found.push_back(std::move(reference));
        return;
    }
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const bool computed = node.kind == NodeKind::index && i == 0;
        collect(node.children[i], computed ? Reference::Use::element : Reference::Use::value, found);
    }
}

}  // namespace

std::vector<std::string> did_you_mean(std::string_view wrong, const std::vector<std::string>& candidates) {
    if (const auto near = nearest(wrong, candidates)) return {"did you mean '" + *near + "'?"};
    return {};
}

std::variant<Program, Problem> Program::parse(std::string text) {
    auto root = parse_node(text);
    if (auto* problem = std::get_if<Problem>(&root)) return std::move(*problem);
    return Program(std::move(text), std::make_shared<const Node>(std::get<Node>(std::move(root))));
}

std::string_view Program::Reference::Step::name() const {
    const auto* text = key.as<std::string>();
    return text == nullptr ? std::string_view() : std::string_view(*text);
}

std::vector<Problem> Program::check(const Types& types, TypePtr* result) const {
    return check_node(*root_, types, result);
}

Outcome Program::evaluate(const Variables& variables) const {
    return interpret(*root_, variables);
}

std::vector<Program::Reference> Program::references() const {
    std::vector<Reference> found;
    collect(*root_, Reference::Use::value, found);
    return found;
}

std::vector<Program::Step> Program::steps(const Variables& variables) const {
    return explain(*root_, text_, variables);
}

}  // namespace contract::expression
