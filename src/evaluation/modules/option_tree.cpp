// SPDX-License-Identifier: Apache-2.0
#include "option_tree.hpp"

#include <algorithm>

#include "contract/base/text.hpp"
#include "contract/manifest/manifest_file.hpp"

namespace contract::evaluation {

namespace {

Span place_of(const core::Text& text, std::size_t begin, std::size_t end, const Sources& sources) {
    const auto source = sources.find(text.where.file);
    return source == sources.end() ? text.where
                                   : manifest::span_in_string(source->second, text.where, begin, end);
}

// Types that only strings and their likes have bounds of length for are few; the rest is told where it
// stands.
bool can_have_bounds(const OptionType& type) {
    switch (type.kind) {
        case OptionKind::integer:
        case OptionKind::unsigned_integer:
        case OptionKind::real:
        case OptionKind::port:
        case OptionKind::list:
        case OptionKind::set:
        case OptionKind::map: return true;
        case OptionKind::optional: return can_have_bounds(type.of[0]);
        default: return false;
    }
}

bool can_match(const OptionType& type) {
    switch (type.kind) {
        case OptionKind::string:
        case OptionKind::line:
        case OptionKind::nonempty:
        case OptionKind::lines:
        case OptionKind::path: return true;
        case OptionKind::list:
        case OptionKind::set:
        case OptionKind::optional: return can_match(type.of[0]);
        default: return false;
    }
}

bool check_bounds(const core::OptionDeclaration& declaration, const OptionType& type, Reports& reports) {
    bool good = true;
    for (const auto* bound : {&declaration.least, &declaration.most}) {
        if (!*bound || can_have_bounds(type)) continue;
        const std::string key = bound == &declaration.least ? "min" : "max";
        reports
            .error("wrong-type", "an option of type '" + to_text(type) + "' has no '" + key + "'",
                   (*bound)->where)
            .help.push_back("use `match` or `check`");
        good = false;
    }
    if (declaration.match && !can_match(type)) {
        reports.error("wrong-type", "an option of type '" + to_text(type) + "' has no 'match'",
                      declaration.match->where);
        good = false;
    }
    return good;
}

}  // namespace

void relate_declaration(core::Finding& finding, const Option& option, const std::string& says) {
    if (!option.where().file.empty()) finding.related.push_back({option.where(), says});
}

const std::pair<const core::OptionDeclaration*, std::size_t>* Option::default_from() const {
    for (const auto& entry : declarations)
        if (entry.first->default_value) return &entry;
    return nullptr;
}

void OptionTree::declare(const core::OptionDeclaration& declaration, std::size_t module, Reports& reports,
                         const Sources& sources) {
    const core::Text& path = declaration.path;
    auto parts = manifest::parts_of_option(path.value);
    if (!parts) {
        reports.error("bad-value", "'" + harmless(path.value) + "' is no path of an option", path.where);
        return;
    }
    auto parsed = parse_option_type(declaration.type.value);
    if (const auto* mistake = std::get_if<TypeMistake>(&parsed)) {
        reports
            .error("bad-type", mistake->message,
                   place_of(declaration.type, mistake->begin, mistake->end, sources))
            .help = mistake->help;
        return;
    }
    auto& type = std::get<OptionType>(parsed);
    if (!check_bounds(declaration, type, reports)) return;
    const auto node = reach(declaration, *parts, reports);
    if (!node) return;
    if (const auto option = nodes_[*node].option)
        return unite(options_[*option], type, declaration, module, reports);
    add_option(*node, std::move(*parts), std::move(type), declaration, module);
}

// Makes the nodes of a path. An option has no options below it, and a map of submodules no fields beside.
std::optional<NodeIndex> OptionTree::reach(const core::OptionDeclaration& declaration,
                                           const std::vector<std::string>& parts, Reports& reports) {
    const auto refuse = [&](const Option& other, const std::string& why) {
        relate_declaration(reports.error("option-conflict", why, declaration.where), other,
                           "'" + join_path(other.path) + "' is declared here");
        return std::nullopt;
    };
    NodeIndex at = root;
    for (const std::string& part : parts) {
        if (const auto option = nodes_[at].option)
            return refuse(options_[*option], "'" + harmless(declaration.path.value) +
                                                 "' would be a part of an option that is a value itself");
        const bool placeholder = is_placeholder(part);
        auto found = placeholder ? nodes_[at].placeholder : std::optional<NodeIndex>();
        if (!placeholder)
            if (const auto child = nodes_[at].children.find(part); child != nodes_[at].children.end())
                found = child->second;
        if (!found) {
            const bool mixed =
                placeholder ? !nodes_[at].children.empty() : nodes_[at].placeholder.has_value();
            if (mixed)
                return refuse(*any_below(at),
                              "a table of options has names or a placeholder such as "
                              "<name>, not both");
            found = static_cast<NodeIndex>(nodes_.size());
            nodes_.push_back({part, at, {}, {}, {}});
            if (placeholder)
                nodes_[at].placeholder = *found;
            else
                nodes_[at].children.emplace(part, *found);
        }
        at = *found;
    }
    const Node& last = nodes_[at];
    if (!last.children.empty() || last.placeholder)
        return refuse(*any_below(at),
                      "'" + harmless(declaration.path.value) + "' has options below it and cannot be one");
    return at;
}

const Option* OptionTree::any_below(NodeIndex index) const {
    return &options_[options_below(index).at(0)];
}

void OptionTree::add_option(NodeIndex node, std::vector<std::string> parts, OptionType type,
                            const core::OptionDeclaration& declaration, std::size_t module) {
    Option option;
    option.placeholders = static_cast<std::size_t>(std::count_if(parts.begin(), parts.end(), is_placeholder));
    option.path = std::move(parts);
    option.type = std::move(type);
    option.node = node;
    option.declarations.emplace_back(&declaration, module);
    option.unique = declaration.unique || option.type.kind == OptionKind::package;
    option.readonly = declaration.readonly;
    option.sensitive = declaration.sensitive;
    option.required = declaration.required;
    option.internal = declaration.internal;
    nodes_[node].option = static_cast<OptionIndex>(options_.size());
    options_.push_back(std::move(option));
}

void OptionTree::unite(Option& option, const OptionType& type, const core::OptionDeclaration& declaration,
                       std::size_t module, Reports& reports) {
    const core::OptionDeclaration& first = *option.declarations[0].first;
    auto both = united(option.type, type);
    const bool enumeration = both && !both->words.empty();
    const bool two_defaults = declaration.default_value && option.default_from() != nullptr;
    if (enumeration && !two_defaults) {
        option.type = std::move(*both);
        option.declarations.emplace_back(&declaration, module);
        return;
    }
    auto& finding =
        reports.error("option-redeclared",
                      two_defaults && enumeration ? "'" + join_path(option.path) + "' has two defaults"
                                                  : "'" + join_path(option.path) + "' is declared twice",
                      declaration.where);
    if (!first.where.file.empty()) finding.related.push_back({first.where, "declared here first"});
    finding.help.push_back(enumeration ? "keep one of the defaults"
                                       : "keep one declaration; only the words of enumerations are united");
}

std::optional<NodeIndex> OptionTree::child(NodeIndex index, std::string_view key) const {
    const Node& node = nodes_[index];
    if (node.placeholder) return node.placeholder;
    const auto found = node.children.find(key);
    if (found == node.children.end()) return std::nullopt;
    return found->second;
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
    const Node& node = nodes_[index];
    if (node.option) return static_type(options_[*node.option].type);
    if (node.placeholder) return expression::Type::map(type_of(*node.placeholder));
    expression::Type::Fields fields;
    for (const auto& [name, child] : node.children) fields.emplace(name, type_of(child));
    return expression::Type::object(std::move(fields));
}

std::string OptionTree::path_of(NodeIndex index) const {
    std::vector<std::string> parts;
    for (; index != root; index = nodes_[index].parent) parts.push_back(nodes_[index].name);
    std::reverse(parts.begin(), parts.end());
    return join_path(parts);
}

std::string join_path(const std::vector<std::string>& keys) {
    std::string out;
    for (const std::string& key : keys) {
        if (!out.empty()) out += '.';
        out += is_placeholder(key) || is_name(key, key.size()) ? key : quoted(key);
    }
    return out;
}

}  // namespace contract::evaluation
