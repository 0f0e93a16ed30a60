// SPDX-License-Identifier: Apache-2.0
//
// In which order options can be decided. An option needs what the conditions, loops and values of its
// definitions read; the entries of a map of submodules need only the conditions, loops and keys. The graph is
// static: a definition whose condition is false today counts too, so that a contract cannot fall into a cycle
// by the value of an option.
#include <algorithm>
#include <functional>
#include <map>

#include "../components.hpp"
#include "../cycle_path.hpp"
#include "contract/base/text.hpp"
#include "contract/manifest/manifest_file.hpp"
#include "module_set.hpp"

namespace contract::evaluation {

namespace {

using Visit = std::function<void(ExpressionIndex)>;

void visit_text(const CompiledText& text, const Visit& visit) {
    for (const auto& part : text.parts)
        if (part.expression) visit(*part.expression);
}

void visit_value(const CompiledValue& value, const Visit& visit) {
    if (value.form == CompiledValue::Form::constant) return;
    visit_text(value.pieces->text, visit);
    for (const auto& item : value.pieces->items) visit_value(item, visit);
    for (const auto& [key, item] : value.pieces->entries) {
        visit_text(key, visit);
        visit_value(item, visit);
    }
}

void visit_setting(const CompiledSetting& setting, const Visit& visit) {
    if (setting.when) visit(*setting.when);
    if (setting.each) visit(*setting.each);
}

class Graph {
public:
    explicit Graph(const ModuleSet& set) : set_(set), maps_(set.options.size()) {}

    // Nodes: the options, then the maps by node of the tree.
    std::size_t size() const { return maps_ + set_.maps.size(); }
    std::size_t node_of(OptionIndex option) const { return option; }
    std::size_t node_of_map(NodeIndex map) const { return maps_ + map; }
    bool is_map(std::size_t node) const { return node >= maps_; }
    Step step_of(std::size_t node) const {
        return {is_map(node), static_cast<std::uint32_t>(is_map(node) ? node - maps_ : node)};
    }
    std::string name_of(std::size_t node) const {
        if (is_map(node)) return set_.tree.path_of(static_cast<NodeIndex>(node - maps_));
        return join_path(set_.tree.option(static_cast<OptionIndex>(node)).path);
    }

    // Calls `visit` with every expression that has to be evaluated before `node` is known.
    void expressions(std::size_t node, const Visit& visit) const {
        const auto settings = [&](std::uint32_t setting) { visit_setting(set_.settings[setting], visit); };
        if (!is_map(node)) {
            const CompiledOption& option = set_.options[node];
            for (const auto index : option.definitions) {
                const Definition& definition = set_.definitions[index];
                settings(definition.setting);
                for (const auto& key : definition.keys) visit_text(key, visit);
                visit_value(definition.value, visit);
            }
            for (const auto index : option.replacements) settings(set_.replacements[index].setting);
            for (const auto index : option.removals) settings(set_.removals[index].setting);
            return;
        }
        const CompiledMap& map = set_.maps[node - maps_];
        for (const auto index : map.definitions) {
            const Definition& definition = set_.definitions[index];
            settings(definition.setting);
            for (const auto& key : definition.keys) visit_text(key, visit);
        }
        for (const auto index : map.replacements) settings(set_.replacements[index].setting);
        for (const auto index : map.removals) settings(set_.removals[index].setting);
    }

    // The nodes that a read needs.
    template <typename Each>
    void reached(const ConfigRead& read, const Each& each) const {
        const Node& node = set_.tree.node(read.node);
        if (read.keys_only) return each(node_of_map(read.node));
        if (node.option) return each(node_of(*node.option));
        for (const OptionIndex option : set_.tree.options_below(read.node)) each(node_of(option));
        for (const NodeIndex map : set_.tree.maps_below(read.node)) each(node_of_map(map));
    }

    std::vector<std::vector<std::size_t>> needs() const {
        std::vector<std::vector<std::size_t>> out(size());
        for (std::size_t node = 0; node < size(); ++node) {
            expressions(node, [&](ExpressionIndex index) {
                for (const auto& read : set_.expressions[index].reads)
                    reached(read, [&](std::size_t needed) { out[node].push_back(needed); });
            });
            std::sort(out[node].begin(), out[node].end());
            out[node].erase(std::unique(out[node].begin(), out[node].end()), out[node].end());
        }
        return out;
    }

private:
    const ModuleSet& set_;
    std::size_t maps_;
};

class CycleReport {
public:
    CycleReport(ModuleSet& set, const Graph& graph, const Surroundings& surroundings)
        : set_(set), graph_(graph), surroundings_(surroundings) {}

    void report(std::vector<std::size_t> component, const std::vector<std::vector<std::size_t>>& needs) {
        std::sort(component.begin(), component.end());
        const auto way = shortest(component, needs);
        std::vector<std::string> names;
        for (const std::size_t node : way) names.push_back(graph_.name_of(node));
        const Span first = place_of(way[0], way[1]);
        auto& finding =
            set_.reports.error("option-cycle", "options need each other: " + cycle_path(names), first);
        finding.label = "reads '" + names[1] + "'";
        for (std::size_t i = 1; i + 1 < std::min(way.size(), most_cycle_steps + 1); ++i)
            finding.related.push_back(
                {place_of(way[i], way[i + 1]), "'" + names[i] + "' reads '" + names[i + 1] + "'"});
        finding.help.push_back("remove one of these references");
    }

private:
    // From the first node of the component back to itself.
    static std::vector<std::size_t> shortest(const std::vector<std::size_t>& component,
                                             const std::vector<std::vector<std::size_t>>& needs) {
        const std::size_t start = component[0];
        std::map<std::size_t, std::size_t> from;
        std::vector<std::size_t> queue{start};
        for (std::size_t at = 0; at < queue.size() && from.count(start) == 0; ++at)
            for (const std::size_t needed : needs[queue[at]])
                if (std::binary_search(component.begin(), component.end(), needed) &&
                    from.emplace(needed, queue[at]).second)
                    queue.push_back(needed);
        std::vector<std::size_t> way{start};
        do way.push_back(from.at(way.back()));
        while (way.back() != start);
        std::reverse(way.begin(), way.end());
        return way;
    }

    Span place_of(std::size_t node, std::size_t needed) const {
        std::optional<Span> found;
        graph_.expressions(node, [&](ExpressionIndex index) {
            const Expression& expression = set_.expressions[index];
            for (const auto& read : expression.reads)
                graph_.reached(read, [&](std::size_t reached) {
                    if (reached != needed || found) return;
                    const auto source = surroundings_.sources().find(expression.literal.file.text());
                    found = source == surroundings_.sources().end()
                                ? expression.literal
                                : manifest::span_in_string(source->second, expression.literal,
                                                           expression.offset + read.begin,
                                                           expression.offset + read.end);
                });
        });
        return found.value_or(Span{});
    }

    ModuleSet& set_;
    const Graph& graph_;
    const Surroundings& surroundings_;
};

}  // namespace

void order_options(ModuleSet& set, const Surroundings& surroundings) {
    const Graph graph(set);
    const auto needs = graph.needs();
    CycleReport cycles(set, graph, surroundings);
    for (auto& component : components(needs)) {
        const std::size_t first = component[0];
        const bool cycle =
            component.size() > 1 || std::binary_search(needs[first].begin(), needs[first].end(), first);
        for (const std::size_t node : component) {
            const Step step = graph.step_of(node);
            if (step.is_map && !set.tree.node(step.index).placeholder) continue;
            set.order.push_back(step);
            if (cycle) (step.is_map ? set.maps[step.index].broken : set.options[step.index].broken) = true;
        }
        if (cycle) cycles.report(std::move(component), needs);
    }
}

namespace {

class Sensitivity {
public:
    explicit Sensitivity(ModuleSet& set) : set_(set), graph_(set), maps_(set.maps.size(), false) {}

    void mark() {
        // Needs come first in the order; those on a cycle have no value.
        for (const Step& step : set_.order) {
            if (step.is_map)
                maps_[step.index] = any(graph_.node_of_map(step.index));
            else if (any(graph_.node_of(step.index)))
                set_.tree.mark_sensitive(step.index);
        }
        for (Expression& expression : set_.expressions)
            expression.sensitive = expression.sensitive || reads(expression);
        hide_loops();
    }

private:
    bool reads(const Expression& expression) const {
        return std::any_of(expression.reads.begin(), expression.reads.end(), [&](const ConfigRead& read) {
            bool found = false;
            graph_.reached(read, [&](std::size_t node) {
                const Step step = graph_.step_of(node);
                found = found || (step.is_map ? maps_[step.index] : set_.tree.option(step.index).sensitive);
            });
            return found;
        });
    }
    bool any(std::size_t node) const {
        bool found = false;
        graph_.expressions(node,
                           [&](ExpressionIndex index) { found = found || reads(set_.expressions[index]); });
        return found;
    }
    // What reads `each` of a loop over sensitive values.
    void hide_loops() {
        const auto is_hidden = [&](const CompiledSetting& setting) {
            return setting.each && set_.expressions[*setting.each].sensitive;
        };
        const Visit hide = [&](ExpressionIndex at) {
            Expression& expression = set_.expressions[at];
            expression.sensitive = expression.sensitive || expression.reads_each;
        };
        for (const auto& setting : set_.settings)
            if (setting.when && is_hidden(setting)) hide(*setting.when);
        for (const Definition& definition : set_.definitions) {
            if (!is_hidden(set_.settings[definition.setting])) continue;
            for (const auto& key : definition.keys) visit_text(key, hide);
            visit_value(definition.value, hide);
        }
    }

    ModuleSet& set_;
    const Graph graph_;
    std::vector<bool> maps_;
};

}  // namespace

void mark_sensitive(ModuleSet& set) {
    const auto& options = set.tree.options();
    if (std::any_of(options.begin(), options.end(), [](const Option& option) { return option.sensitive; }))
        Sensitivity(set).mark();
}

void mark_varying(ModuleSet& set) {
    const Graph graph(set);
    const auto varies = [&](ExpressionIndex index) {
        const Expression& expression = set.expressions[index];
        bool found = expression.reads_host;
        for (const auto& read : expression.reads)
            graph.reached(read, [&](std::size_t node) {
                const Step step = graph.step_of(node);
                found = found || (step.is_map ? set.maps[step.index].varies : set.options[step.index].varies);
            });
        return found;
    };
    for (const Step& step : set.order) {
        bool found = false;
        graph.expressions(step.is_map ? graph.node_of_map(step.index) : graph.node_of(step.index),
                          [&](ExpressionIndex index) { found = found || varies(index); });
        (step.is_map ? set.maps[step.index].varies : set.options[step.index].varies) = found;
    }
    for (auto& setting : set.settings)
        visit_setting(setting,
                      [&](ExpressionIndex index) { setting.varies = setting.varies || varies(index); });
}

}  // namespace contract::evaluation
