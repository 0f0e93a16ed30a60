// SPDX-License-Identifier: Apache-2.0
#include "contract/base/text.hpp"
#include "node.hpp"

namespace contract::expression {

namespace {

// A chain of selections down to a name, as its path; false when it is something else.
bool path_of(const Node& node, std::vector<std::string>& path) {
    if (node.kind == NodeKind::name) {
        path.push_back(node.text);
        return true;
    }
    if (node.kind == NodeKind::select || node.kind == NodeKind::has) {
        if (!path_of(node.children[0], path)) return false;
        path.push_back(node.text);
        return true;
    }
    if (node.kind != NodeKind::index || node.children[1].kind != NodeKind::literal) return false;
    const auto* key = std::get_if<std::string>(&node.children[1].literal.data);
    if (key == nullptr || !path_of(node.children[0], path)) return false;
    path.push_back(*key);
    return true;
}

void collect(const Node& node, std::vector<Program::Reference>& found) {
    std::vector<std::string> path;
    if (path_of(node, path)) {
        found.push_back({std::move(path), node.begin, node.end});
        return;
    }
    for (const Node& child : node.children) collect(child, found);
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

std::vector<Problem> Program::check(const Types& types, Type* result) const {
    return check_node(*root_, types, result);
}

std::variant<Value, Problem> Program::evaluate(const Values& values) const {
    return interpret(*root_, values);
}

std::vector<Program::Reference> Program::references() const {
    std::vector<Reference> found;
    collect(*root_, found);
    return found;
}

std::vector<Program::Step> Program::steps(const Values& values) const {
    return explain(*root_, text_, values);
}

}  // namespace contract::expression
