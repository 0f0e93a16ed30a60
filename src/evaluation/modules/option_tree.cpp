// SPDX-License-Identifier: Apache-2.0
#include "option_tree.hpp"

#include <algorithm>

#include "contract/base/text.hpp"

namespace contract::evaluation {

const std::pair<const core::OptionDeclaration*, std::size_t>* Option::default_from() const {
    for (const auto& entry : declarations)
        if (entry.first->default_value) return &entry;
    return nullptr;
}

void OptionTree::reserve(std::size_t options) {
    options_.reserve(options);
    nodes_.reserve(options + 1);
}

std::optional<NodeIndex> OptionTree::child(NodeIndex index, std::string_view key) const {
    const Node& node = nodes_[index];
    if (node.placeholder) return node.placeholder;
    const NodeIndex* found = node.children.find(key);
    return found == nullptr ? std::nullopt : std::optional(*found);
}

std::optional<NodeIndex> OptionTree::old_child(NodeIndex index, std::string_view key) const {
    const Node& node = nodes_[index];
    const NodeIndex* found = node.old_children.find(key);
    return found == nullptr ? node.old_placeholder : std::optional(*found);
}

std::optional<NodeIndex> OptionTree::find(const std::vector<std::string>& parts, Old old) const {
    NodeIndex at = root;
    for (const auto& part : parts) {
        const Node& node = nodes_[at];
        auto next = is_placeholder(part) ? node.placeholder : child(at, part);
        if (!next && old == Old::followed)
            next = is_placeholder(part) ? node.old_placeholder : old_child(at, part);
        if (!next) return std::nullopt;
        at = *next;
        if (const auto moved = nodes_[at].moved_to; moved && old == Old::followed) at = *moved;
    }
    return at;
}

std::optional<NodeIndex> OptionTree::remember(const std::vector<std::string>& parts) {
    NodeIndex at = root;
    bool is_old = false;
    for (const auto& part : parts) {
        if (nodes_[at].option) return std::nullopt;
        const bool placeholder = is_placeholder(part);
        const auto real = placeholder ? nodes_[at].placeholder : child(at, part);
        if (real) {
            at = *real;
            continue;
        }
        is_old = true;
        auto found = placeholder ? nodes_[at].old_placeholder : std::nullopt;
        if (const NodeIndex* known = nodes_[at].old_children.find(part); !placeholder && known != nullptr)
            found = *known;
        if (!found) {
            found = static_cast<NodeIndex>(nodes_.size());
            Node made;
            made.name = part;
            made.parent = at;
            nodes_.push_back(std::move(made));
            if (placeholder)
                nodes_[at].old_placeholder = found;
            else
                nodes_[at].old_children.add(part, *found);
        }
        at = *found;
    }
    if (!is_old) return std::nullopt;
    return at;
}

void OptionTree::set_move(NodeIndex old, NodeIndex now, const core::RenamedOption& renamed) {
    nodes_[old].moved_to = now;
    nodes_[old].renamed = &renamed;
}

void OptionTree::mark_all_doubtful() {
    for (Node& node : nodes_) node.doubtful = true;
}

std::vector<OptionIndex> OptionTree::options_below(NodeIndex index) const {
    std::vector<OptionIndex> found;
    std::vector<NodeIndex> open{index};
    while (!open.empty()) {
        const Node& node = nodes_[open.back()];
        open.pop_back();
        if (node.option) found.push_back(*node.option);
        if (node.placeholder) open.push_back(*node.placeholder);
        for (const auto& child : node.children) open.push_back(child.second);
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::vector<NodeIndex> OptionTree::maps_below(NodeIndex index) const {
    std::vector<NodeIndex> found;
    std::vector<NodeIndex> open{index};
    while (!open.empty()) {
        const NodeIndex at = open.back();
        open.pop_back();
        if (nodes_[at].placeholder) {
            found.push_back(at);
            open.push_back(*nodes_[at].placeholder);
        }
        for (const auto& child : nodes_[at].children) open.push_back(child.second);
    }
    return found;
}

expression::TypePtr OptionTree::type_of(NodeIndex index) const {
    using expression::Type;
    const Node& node = nodes_[index];
    if (node.removed != nullptr) return Type::of(expression::Kind::dynamic);
    if (node.moved_to) {
        // Tables may have moved into each other, and types have no cycles.
        const bool table = !nodes_[*node.moved_to].option;
        return table ? Type::of(expression::Kind::dynamic) : type_of(*node.moved_to);
    }
    if (node.option) return static_type(options_[*node.option].type);
    if (node.doubtful && node.children.empty() && !node.placeholder)
        return Type::of(expression::Kind::dynamic);
    if (node.placeholder) return Type::map(type_of(*node.placeholder));
    if (node.old_placeholder) return Type::map(type_of(*node.old_placeholder));
    Type::Fields fields;
    for (const auto& [name, child] : node.children) fields.emplace(name, type_of(child));
    for (const auto& [name, child] : node.old_children) fields.emplace(name, type_of(child));
    if (!node.doubtful) return Type::object(std::move(fields));
    Type open;
    open.kind = expression::Kind::map;
    open.fields = std::move(fields);
    return std::make_shared<const Type>(std::move(open));
}

std::string OptionTree::path_of(NodeIndex index) const {
    std::vector<std::string> parts;
    for (; index != root; index = nodes_[index].parent) parts.push_back(nodes_[index].name);
    std::reverse(parts.begin(), parts.end());
    return join_path(parts);
}

std::vector<std::string> split_keys(std::string_view keys) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < keys.size();) {
        const std::size_t end = keys.find('\0', at);
        out.emplace_back(keys.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

std::vector<std::string> path_with_keys(const Option& option, std::string_view keys) {
    std::vector<std::string> path = option.path;
    const auto values = split_keys(keys);
    std::size_t next = 0;
    for (std::string& part : path)
        if (is_placeholder(part) && next < values.size()) part = values[next++];
    return path;
}

std::string join_path(const std::vector<std::string>& keys) {
    std::string out;
    for (const std::string& key : keys) {
        if (!out.empty()) out += '.';
        out += is_placeholder(key) || is_name(key, key.size()) ? key : quoted(key);
    }
    return out;
}

void relate_declaration(core::Finding& finding, const Option& option, const std::string& says) {
    for (const auto& entry : option.declarations)
        if (const Span& where = entry.first->where; !where.file.empty())
            finding.related.push_back({where, says});
}

}  // namespace contract::evaluation
