// SPDX-License-Identifier: Apache-2.0
//
// The options that a list of modules declares, as a tree: web → vhosts → <name> → root. Where a placeholder
// `<name>` stands, any key may stand, and any module may add fields below it. A leaf is an option; what an
// option of type map holds is its value, not the tree's business.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contract/core/manifest.hpp"
#include "contract/manifest/module_file.hpp"
#include "option_type.hpp"
#include "reports.hpp"

namespace contract::evaluation {

using NodeIndex = std::uint32_t;
using OptionIndex = std::uint32_t;

struct Option {
    std::vector<std::string> path;  // {"web", "vhosts", "<name>", "root"}
    OptionType type;
    std::size_t placeholders = 0;
    NodeIndex node = 0;
    // Every declaration, with the module it stands in. More than one only where enumerations unite.
    std::vector<std::pair<const core::OptionDeclaration*, std::size_t>> declarations;
    bool unique = false;
    bool readonly = false;
    bool sensitive = false;
    bool required = false;
    bool internal = false;

    const Span& where() const { return declarations[0].first->where; }
    // The declaration that gives a default, with its module; null: none does.
    const std::pair<const core::OptionDeclaration*, std::size_t>* default_from() const;
};

struct Node {
    std::string name;  // the last part: "vhosts", "<name>"
    NodeIndex parent = 0;
    std::map<std::string, NodeIndex, std::less<>> children;
    std::optional<NodeIndex> placeholder;
    std::optional<OptionIndex> option;
};

class OptionTree {
public:
    OptionTree() : nodes_(1) {}

    // A declaration with a mistake is reported and left out.
    void declare(const core::OptionDeclaration& declaration, std::size_t module, Reports& reports,
                 const Sources& sources);

    static constexpr NodeIndex root = 0;
    const Node& node(NodeIndex index) const { return nodes_[index]; }
    const Option& option(OptionIndex index) const { return options_[index]; }
    std::size_t node_count() const { return nodes_.size(); }
    const std::vector<Option>& options() const { return options_; }

    // The child for a key: one of that name, or the placeholder.
    std::optional<NodeIndex> child(NodeIndex index, std::string_view key) const;
    // Every option at or below a node, and every placeholder's parent.
    std::vector<OptionIndex> options_below(NodeIndex index) const;
    std::vector<NodeIndex> maps_below(NodeIndex index) const;

    // What expressions know of `config`.
    expression::TypePtr type_of(NodeIndex index) const;
    // "web.vhosts.<name>"; empty for the root.
    std::string path_of(NodeIndex index) const;

private:
    struct Place;
    std::optional<NodeIndex> reach(const core::OptionDeclaration& declaration,
                                   const std::vector<std::string>& parts, Reports& reports);
    void add_option(NodeIndex node, std::vector<std::string> parts, OptionType type,
                    const core::OptionDeclaration& declaration, std::size_t module);
    void unite(Option& option, const OptionType& type, const core::OptionDeclaration& declaration,
               std::size_t module, Reports& reports);
    const Option* any_below(NodeIndex index) const;

    std::vector<Node> nodes_;
    std::vector<Option> options_;
};

// Keys as a path, "web.vhosts.main.root": those that are no plain words are quoted.
std::string join_path(const std::vector<std::string>& keys);

// The keys of an entry travel as one string, each with a NUL behind it: "a\0b\0" ⇄ {"a", "b"}.
std::vector<std::string> split_keys(std::string_view keys);
// The path of an option with the keys of an entry in place of its placeholders.
std::vector<std::string> path_with_keys(const Option& option, std::string_view keys);

using manifest::is_placeholder;
// Adds where an option is declared, unless it is one that comes with the class of the host.
void relate_declaration(core::Finding& finding, const Option& option, const std::string& says);

}  // namespace contract::evaluation
