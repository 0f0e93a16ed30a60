// SPDX-License-Identifier: Apache-2.0
#include "node.hpp"

namespace contract::expression {

namespace {

using Reference = Program::Reference;

// A chain of selections down to a variable, as its steps; false when it is something else.
bool steps_of(const Node& node, std::vector<Reference::Step>& steps) {
    switch (node.kind) {
        case NodeKind::global: break;
        case NodeKind::select:
        case NodeKind::has:
            if (!steps_of(node.children[0], steps)) return false;
            break;
        case NodeKind::index:
            if (node.children[1].kind != NodeKind::literal || !steps_of(node.children[0], steps))
                return false;
            steps.push_back({node.children[1].literal, node.point_begin, node.point_end});
            return true;
        default: return false;
    }
    steps.push_back({Value(node.text), node.point_begin, node.point_end});
    return true;
}

Reference::Use use_of_child(const Node& node, std::size_t child) {
    if (child == 0 && node.kind == NodeKind::index) return Reference::Use::element;
    if (child == 0 && node.kind == NodeKind::macro) return Reference::Use::iterated;
    return Reference::Use::value;
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
    for (std::size_t i = 0; i < node.children.size(); ++i)
        collect(node.children[i], use_of_child(node, i), found);
}

}  // namespace

std::vector<Reference> references_of(const Tree& tree) {
    std::vector<Reference> found;
    collect(tree.root, Reference::Use::value, found);
    return found;
}

}  // namespace contract::expression
