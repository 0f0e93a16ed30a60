// SPDX-License-Identifier: Apache-2.0
//
// The options that a list of modules declares, as a tree: web → vhosts → <name> → root. Where a placeholder
// `<name>` stands, any key may stand, and any module may add fields below it. A leaf is an option; what an
// option of type map holds is its value, not the tree's business. Names that options had once hang beside the
// tree: they lead to the option that is meant, or to why there is none any more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "children.hpp"
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
    bool sensitive = false;  // its values, and what is made from them, are never printed
    bool required = false;
    bool internal = false;
    bool broken = false;  // a mistake in a declaration was reported: it has no value that is known

    const Span& where() const { return declarations[0].first->where; }
    // The declaration that gives a default, with its module; null: none does.
    const std::pair<const core::OptionDeclaration*, std::size_t>* default_from() const;
};

struct Node {
    std::string name;  // the last part: "vhosts", "<name>"
    NodeIndex parent = 0;
    Children children;
    std::optional<NodeIndex> placeholder;
    std::optional<OptionIndex> option;
    bool doubtful = false;  // a declaration here has a mistake: what it has not may have been meant
    // Names of old: nodes that lead to `moved_to` or `removed`.
    Children old_children;
    std::optional<NodeIndex> old_placeholder;
    std::optional<NodeIndex> moved_to;
    const core::RenamedOption* renamed = nullptr;
    const core::RemovedOption* removed = nullptr;
};

class OptionTree {
public:
    OptionTree() : nodes_(1) {}

    void reserve(std::size_t options);  // as many are going to be declared
    // A declaration with a mistake is reported, unless it has been, and makes an option that is broken.
    void declare(const core::OptionDeclaration& declaration, std::size_t module, Reports& reports,
                 const Sources& sources);
    // The node of a name of old, made where it is not there. None: an option has the name, or is around it.
    std::optional<NodeIndex> remember(const std::vector<std::string>& parts);
    void set_move(NodeIndex old, NodeIndex now, const core::RenamedOption& renamed);
    void set_removed(NodeIndex old, const core::RemovedOption& removed) { nodes_[old].removed = &removed; }
    void mark_doubtful(NodeIndex node) { nodes_[node].doubtful = true; }
    void mark_all_doubtful();  // where declarations are missing that nobody could read
    void mark_sensitive(OptionIndex option) { options_[option].sensitive = true; }

    static constexpr NodeIndex root = 0;
    const Node& node(NodeIndex index) const { return nodes_[index]; }
    const Option& option(OptionIndex index) const { return options_[index]; }
    std::size_t node_count() const { return nodes_.size(); }
    const std::vector<Option>& options() const { return options_; }

    // The child for a key: one of that name, or the placeholder.
    std::optional<NodeIndex> child(NodeIndex index, std::string_view key) const;
    // The same among the names of old; not yet followed to where they lead.
    std::optional<NodeIndex> old_child(NodeIndex index, std::string_view key) const;
    // The node of a declared path, placeholders and all; names of old are followed where `follow` says so.
    enum class Old { ignored, followed };
    std::optional<NodeIndex> find(const std::vector<std::string>& parts, Old old) const;
    // Every option at or below a node in the order of their declarations, and every placeholder's parent.
    std::vector<OptionIndex> options_below(NodeIndex index) const;
    std::vector<NodeIndex> maps_below(NodeIndex index) const;

    // What expressions know of `config`.
    expression::TypePtr type_of(NodeIndex index) const;
    // "web.vhosts.<name>"; empty for the root.
    std::string path_of(NodeIndex index) const;

private:
    std::optional<NodeIndex> reach(const core::OptionDeclaration& declaration,
                                   const std::vector<std::string>& parts, Reports& reports);
    std::optional<NodeIndex> own_child(NodeIndex parent, const std::string& part) const;
    NodeIndex add_child(NodeIndex parent, const std::string& part);
    void add_option(NodeIndex node, std::vector<std::string> parts, OptionType type,
                    const core::OptionDeclaration& declaration, std::size_t module);
    void unite(Option& option, const OptionType& type, const core::OptionDeclaration& declaration,
               std::size_t module, Reports& reports);
    void break_option(OptionIndex option);
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
// Adds where an option is declared, every place of it, unless it comes with the class of the host.
void relate_declaration(core::Finding& finding, const Option& option, const std::string& says);

}  // namespace contract::evaluation
