// SPDX-License-Identifier: Apache-2.0
//
// What a [[set]] takes away before it adds: `unset` of an option, of a key of a map or of a whole entry, and
// `replace` of what is merged otherwise.
#include <algorithm>

#include "contract/base/text.hpp"
#include "contract/manifest/module_file.hpp"
#include "module_set.hpp"

namespace contract::evaluation {

namespace {

class Withdrawals {
public:
    Withdrawals(ModuleSet& set, std::uint32_t setting) : set_(set), setting_(setting) {}

    void compile() {
        const core::Setting& setting = *set_.settings[setting_].setting;
        for (const auto& path : setting.unset) unset(path);
        for (const auto& path : setting.replace) replace(path);
    }

private:
    // ── unset ──
    // Where a path of `unset` leads: an option with keys below it, or a table.
    struct Found {
        NodeIndex node = OptionTree::root;
        std::vector<std::string> entries;  // what stands for the placeholders
        std::vector<std::string> below;    // keys of an option of type map
        bool told = false;                 // it leads nowhere, which was reported
        bool unknown = false;
    };

    Found follow(const std::vector<std::string>& keys, const core::Text& path) {
        Found found;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            const Node& node = set_.tree.node(found.node);
            if (node.option) {
                found.below.assign(keys.begin() + static_cast<std::ptrdiff_t>(i), keys.end());
                return found;
            }
            auto child = set_.tree.child(found.node, keys[i]);
            if (!child) child = set_.tree.old_child(found.node, keys[i]);
            found.unknown = !child;
            found.told = !child && node.doubtful;
            if (!child) return found;
            const Node& next = set_.tree.node(*child);
            if (is_placeholder(next.name)) found.entries.push_back(keys[i]);
            if (next.removed != nullptr) {
                report_removed(set_.reports, *next.removed, harmless(path.value), path.where);
                found.told = true;
                return found;
            }
            if (next.renamed != nullptr) report_renamed(set_, next, path.where);
            found.node = next.moved_to.value_or(*child);
        }
        return found;
    }

    void unset(const core::Text& path) {
        const auto keys = manifest::parts_of_option(path.value);
        if (!keys) return;  // told by the parser
        const Found found = follow(*keys, path);
        if (found.told) return;
        const auto refuse = [&](const std::string& why) {
            set_.reports.error("unknown-option", why, path.where)
                .help.push_back("`unset` names an option, a key of a map, or an entry of a table of options");
        };
        if (found.unknown) return refuse("there is no option '" + harmless(path.value) + "'");
        const Node& node = set_.tree.node(found.node);
        if (node.option) {
            const Option& option = set_.tree.option(*node.option);
            const bool keyed = option.type.kind == OptionKind::map || option.type.kind == OptionKind::unknown;
            if (!found.below.empty() && !keyed) return refuse("'" + join_path(option.path) + "' has no keys");
            unset_option(*node.option, found, path);
        } else if (is_placeholder(node.name)) {
            remove_entry(node.parent, found.entries, path);
        } else if (!node.doubtful) {
            refuse("'" + harmless(path.value) + "' is a table of options");
        }
    }

    void unset_option(OptionIndex index, const Found& found, const core::Text& path) {
        const Option& option = set_.tree.option(index);
        Definition made;
        made.setting = setting_;
        made.option = index;
        made.where = path.where;
        made.unset = true;
        made.unset_keys = found.below;
        for (const auto& entry : found.entries) made.keys.push_back({{{entry, std::nullopt}}});
        if (option.readonly) check_readonly(set_, option, set_.settings[setting_].module, path.where);
        set_.options[index].definitions.push_back(static_cast<std::uint32_t>(set_.definitions.size()));
        set_.definitions.push_back(std::move(made));
    }

    void remove_entry(NodeIndex map, std::vector<std::string> keys, const core::Text& path) {
        const auto index = static_cast<std::uint32_t>(set_.removals.size());
        set_.removals.push_back({setting_, map, std::move(keys), &path});
        for (const OptionIndex option : set_.tree.options_below(map))
            set_.options[option].removals.push_back(index);
        for (const NodeIndex below : set_.tree.maps_below(map)) set_.maps[below].removals.push_back(index);
    }

    // ── replace ──
    void replace(const core::Text& path) {
        const auto keys = manifest::parts_of_option(path.value);
        if (!keys) return;  // told by the parser
        const auto node = set_.tree.find(*keys, OptionTree::Old::followed);
        const auto option = node ? set_.tree.node(*node).option : std::nullopt;
        if (!option && !(node && set_.tree.node(*node).placeholder)) {
            if (!(node && set_.tree.node(*node).doubtful) && !set_.incomplete)
                set_.reports
                    .error("unknown-option", "'" + harmless(path.value) + "' is nothing that can be replaced",
                           path.where)
                    .help.push_back("`replace` names an option, or a table of entries such as web.vhosts");
            return;
        }
        if (option && !can_be_replaced(set_.tree.option(*option).type)) {
            set_.reports
                .error("bad-value",
                       "'" + harmless(path.value) + "' is of type '" +
                           to_text(set_.tree.option(*option).type) + "', whose definitions are not merged",
                       path.where)
                .help.push_back("remove it from `replace`; `priority` says which definition wins");
            return;
        }
        const auto index = static_cast<std::uint32_t>(set_.replacements.size());
        set_.replacements.push_back({setting_, *node, &path});
        for (const OptionIndex below : set_.tree.options_below(*node))
            set_.options[below].replacements.push_back(index);
        for (const NodeIndex below : set_.tree.maps_below(*node))
            set_.maps[below].replacements.push_back(index);
    }

    static bool can_be_replaced(const OptionType& type) {
        if (type.kind == OptionKind::map || has_order(type)) return true;
        return std::any_of(type.of.begin(), type.of.end(), can_be_replaced);
    }

    ModuleSet& set_;
    std::uint32_t setting_;
};

}  // namespace

bool check_readonly(ModuleSet& set, const Option& option, std::size_t module, const Span& where) {
    for (const auto& entry : option.declarations)
        if (entry.second == module) return true;
    auto& finding = set.reports.error(
        "readonly-option", "'" + join_path(option.path) + "' is set by its own module only", where);
    relate_declaration(finding, option, "declared read-only here");
    finding.help.push_back("remove this line");
    return false;
}

void report_renamed(ModuleSet& set, const Node& old, const Span& where) {
    const std::string now = set.tree.path_of(*old.moved_to);
    auto& finding = set.reports.warning(
        "renamed-option",
        "the option '" + harmless(old.renamed->from.value) + "' is called '" + now + "' now", where);
    finding.related.push_back({old.renamed->from.where, "renamed here"});
    finding.help.push_back("write: " + now);
}

void report_removed(Reports& reports, const core::RemovedOption& removed, const std::string& path,
                    const Span& where) {
    auto& finding = reports.error("removed-option", "the option '" + path + "' was removed", where);
    if (!removed.reason.value.empty()) finding.help.push_back(harmless(removed.reason.value));
    finding.related.push_back({removed.option.where, "removed here"});
}

void compile_withdrawals(ModuleSet& set, std::uint32_t setting) {
    Withdrawals(set, setting).compile();
}

}  // namespace contract::evaluation
