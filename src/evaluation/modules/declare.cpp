// SPDX-License-Identifier: Apache-2.0
//
// Declarations → the tree of options. A declaration with a mistake still makes an option, a broken one, so
// that whoever sets or reads it is not told that there is none.
#include <algorithm>

#include "contract/base/text.hpp"
#include "contract/manifest/manifest_file.hpp"
#include "option_tree.hpp"

namespace contract::evaluation {

namespace {

Span place_of(const core::Text& text, std::size_t begin, std::size_t end, const Sources& sources) {
    const auto source = sources.find(text.where.file.text());
    return source == sources.end() ? text.where
                                   : manifest::span_in_string(source->second, text.where, begin, end);
}

void check_bounds(const core::OptionDeclaration& declaration, const OptionType& type, Reports& reports) {
    for (const auto* bound : {&declaration.least, &declaration.most}) {
        if (!*bound || can_have_bounds(type)) continue;
        const std::string key = bound == &declaration.least ? "min" : "max";
        reports
            .error("wrong-type", "an option of type '" + to_text(type) + "' has no '" + key + "'",
                   (*bound)->where)
            .help.push_back("use `match` or `check`");
    }
    if (declaration.match && !can_match(type))
        reports
            .error("wrong-type", "an option of type '" + to_text(type) + "' has no 'match'",
                   declaration.match->where)
            .help.push_back("use `check`: an expression over `value`");
}

// Where the path itself is the mistake: its pieces as they stand, which is how it will have been set.
std::vector<std::string> pieces_of(const std::string& path) {
    auto pieces = split(path, '.');
    std::erase_if(pieces, [](const std::string& piece) { return piece.empty(); });
    return pieces;
}

OptionType unknown_type() {
    OptionType type;
    type.kind = OptionKind::unknown;
    return type;
}

// Its type; unknown after a report.
OptionType read_type(const core::OptionDeclaration& declaration, Reports& reports, const Sources& sources) {
    if (declaration.type.where == Span{} && declaration.broken) return unknown_type();
    auto parsed = parse_option_type(declaration.type.value);
    if (auto* type = std::get_if<OptionType>(&parsed)) return std::move(*type);
    const auto& mistake = std::get<TypeMistake>(parsed);
    reports
        .error("bad-type", mistake.message, place_of(declaration.type, mistake.begin, mistake.end, sources))
        .help = mistake.help;
    return unknown_type();
}

}  // namespace

void OptionTree::declare(const core::OptionDeclaration& declaration, std::size_t module, Reports& reports,
                         const Sources& sources) {
    auto parts = manifest::parts_of_option(declaration.path.value);
    const bool misplaced = !parts || is_placeholder(parts->front());  // told by the parser
    if (misplaced) parts = pieces_of(declaration.path.value);
    if (parts->empty()) return;
    OptionType type = read_type(declaration, reports, sources);
    if (type.kind != OptionKind::unknown) check_bounds(declaration, type, reports);
    const auto node = reach(declaration, *parts, reports);
    if (!node) return;
    if (const auto option = nodes_[*node].option)
        return unite(options_[*option], type, declaration, module, reports);
    add_option(*node, std::move(*parts), std::move(type), declaration, module);
}

// Makes the nodes of a path. An option has no options below it, and a map of submodules no fields beside.
std::optional<NodeIndex> OptionTree::reach(const core::OptionDeclaration& declaration,
                                           const std::vector<std::string>& parts, Reports& reports) {
    NodeIndex at = root;
    const auto refuse = [&](const Option& other, const std::string& why) {
        if (!declaration.broken && !other.broken)
            relate_declaration(reports.error("option-nesting", why, declaration.where), other,
                               "'" + join_path(other.path) + "' is declared here");
        nodes_[at].doubtful = true;
        return std::nullopt;
    };
    for (const std::string& part : parts) {
        if (const auto option = nodes_[at].option) {
            const auto refused =
                refuse(options_[*option], "'" + harmless(declaration.path.value) +
                                              "' would be a part of an option that is a value itself");
            break_option(*option);
            return refused;
        }
        const Node& node = nodes_[at];
        const bool placeholder = is_placeholder(part);
        const auto found = own_child(at, part);
        const bool mixed = placeholder ? !node.children.empty() : node.placeholder.has_value();
        if (!found && mixed)
            return refuse(*any_below(at),
                          "a table of options has names or a placeholder such as <name>, not both");
        at = found ? *found : add_child(at, part);
    }
    const Node& last = nodes_[at];
    if (!last.children.empty() || last.placeholder)
        return refuse(*any_below(at),
                      "'" + harmless(declaration.path.value) + "' has options below it and cannot be one");
    return at;
}

// A child by the part of a declared path: a placeholder only by a placeholder.
std::optional<NodeIndex> OptionTree::own_child(NodeIndex parent, const std::string& part) const {
    const Node& node = nodes_[parent];
    if (is_placeholder(part)) return node.placeholder;
    const NodeIndex* known = node.children.find(part);
    return known == nullptr ? std::nullopt : std::optional(*known);
}

NodeIndex OptionTree::add_child(NodeIndex parent, const std::string& part) {
    const auto made = static_cast<NodeIndex>(nodes_.size());
    Node node;
    node.name = part;
    node.parent = parent;
    nodes_.push_back(std::move(node));
    if (is_placeholder(part))
        nodes_[parent].placeholder = made;
    else
        nodes_[parent].children.add(part, made);
    return made;
}

const Option* OptionTree::any_below(NodeIndex index) const {
    return &options_[options_below(index).at(0)];
}

void OptionTree::break_option(OptionIndex index) {
    options_[index].broken = true;
    options_[index].type = unknown_type();
}

void OptionTree::add_option(NodeIndex node, std::vector<std::string> parts, OptionType type,
                            const core::OptionDeclaration& declaration, std::size_t module) {
    Option option;
    option.placeholders = static_cast<std::size_t>(std::count_if(parts.begin(), parts.end(), is_placeholder));
    option.path = std::move(parts);
    option.broken = type.kind == OptionKind::unknown || declaration.broken;
    option.type = std::move(type);
    option.node = node;
    option.declarations.emplace_back(&declaration, module);
    option.unique = declaration.unique;
    option.readonly = declaration.readonly;
    option.sensitive = declaration.sensitive;
    option.required = declaration.required;
    option.internal = declaration.internal;
    nodes_[node].option = static_cast<OptionIndex>(options_.size());
    options_.push_back(std::move(option));
}

// A second declaration: words of enumerations unite, whatever else is said has to be said once.
void OptionTree::unite(Option& option, const OptionType& type, const core::OptionDeclaration& declaration,
                       std::size_t module, Reports& reports) {
    const core::OptionDeclaration& first = *option.declarations[0].first;
    const bool told = option.broken || declaration.broken || type.kind == OptionKind::unknown;
    auto both = united(option.type, type);
    const bool enumeration = both && has_words(*both);
    const bool two_defaults = declaration.default_value && option.default_from() != nullptr;
    if (enumeration && !two_defaults) {
        option.type = std::move(*both);
        option.declarations.emplace_back(&declaration, module);
        option.broken = told;
        option.unique = option.unique || declaration.unique;
        option.readonly = option.readonly || declaration.readonly;
        option.sensitive = option.sensitive || declaration.sensitive;
        option.required = option.required || declaration.required;
        option.internal = option.internal && declaration.internal;
        return;
    }
    option.sensitive = option.sensitive || declaration.sensitive;
    if (!both) break_option(*nodes_[option.node].option);
    if (told) return;
    const std::string path = join_path(option.path);
    auto& finding = reports.error(
        "option-redeclared",
        "'" + path + (two_defaults && enumeration ? "' has two defaults" : "' is declared twice"),
        declaration.where);
    if (!first.where.file.empty()) finding.related.push_back({first.where, "declared here first"});
    finding.help.push_back(enumeration ? "keep one of the defaults"
                                       : "keep one declaration; only the words of enumerations are united");
}

}  // namespace contract::evaluation
