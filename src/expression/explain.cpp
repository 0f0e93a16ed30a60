// SPDX-License-Identifier: Apache-2.0
//
// What made a condition false: through the operators of logic and the items of macros down to comparisons,
// whose operands are the facts that a reader wants to see.
#include <algorithm>
#include <set>

#include "interpreter.hpp"

namespace contract::expression {

namespace {

constexpr std::size_t most_steps_shown = 20;
constexpr std::size_t most_items_shown = 3;

class Explainer {
public:
    Explainer(const Tree& tree, std::string_view text, const Variables& variables)
        : text_(text), interpreter_(tree, variables), local_reads_(tree.locals) {}

    void run(const Node& root) {
        const auto truth = interpreter_.truth(root);
        if (truth && !*truth) decide(root, false);
    }
    std::vector<Program::Step> take() { return std::move(steps_); }

private:
    void decide(const Node& node, bool came_out) {
        if (interpreter_.budget().exhausted || steps_.size() >= most_steps_shown) return;
        switch (node.kind) {
            case NodeKind::invert: return decide(node.children[0], !came_out);
            case NodeKind::conditional: {
                const auto condition = interpreter_.truth(node.children[0]);
                if (!condition) return;
                decide(node.children[0], *condition);
                return decide(node.children[*condition ? 1 : 2], came_out);
            }
            case NodeKind::logic:
                for (const Node& child : node.children)
                    if (interpreter_.truth(child) == came_out) decide(child, came_out);
                return;
            case NodeKind::macro: return macro(node, came_out);
            case NodeKind::binary:
            case NodeKind::call:
                for (const Node& child : node.children) show(child);
                return;
            default: show(node);
        }
    }

    void macro(const Node& node, bool came_out) {
        if (node.macro != Macro::all && node.macro != Macro::exists) return show(node.children[0]);
        std::set<std::string> reads;
        collect_reads(node.children[0], reads);
        for (std::size_t i = 1; i <= node.variables; ++i) local_reads_[node.children[i].slot] = reads;
        std::size_t shown_items = 0;
        interpreter_.each(node, [&](const Interpreter::Item& item) {
            const Node& predicate = node.children.back();
            if (interpreter_.truth(predicate) != came_out) return !interpreter_.budget().exhausted;
            add(node.children[1].text, *item.first, reads);
            if (item.second != nullptr) add(node.children[2].text, *item.second, reads);
            decide(predicate, came_out);
            return ++shown_items < most_items_shown;
        });
        if (shown_items == 0) show(node.children[0]);
    }

    void show(const Node& node) {
        if (node.kind == NodeKind::literal || node.kind == NodeKind::list || node.kind == NodeKind::map)
            return;
        Value place;
        const Value* value = interpreter_.run(node, place);
        if (value == nullptr) return;
        std::set<std::string> reads;
        collect_reads(node, reads);
        if (!reads.empty()) add(std::string(text_.substr(node.begin, node.end - node.begin)), *value, reads);
    }

    void add(std::string text, const Value& value, const std::set<std::string>& reads) {
        constexpr std::uint64_t most_compared = 4096;
        for (const auto& step : steps_)
            if (step.text == text && (value.weight() > most_compared || step.value == value)) return;
        steps_.push_back({std::move(text), value, {reads.begin(), reads.end()}});
    }

    void collect_reads(const Node& node, std::set<std::string>& reads) const {
        if (node.kind == NodeKind::global) reads.insert(node.text);
        if (node.kind == NodeKind::local) {
            const auto& outer = local_reads_[node.slot];
            reads.insert(outer.begin(), outer.end());
        }
        for (const Node& child : node.children) collect_reads(child, reads);
    }

    std::string_view text_;
    Interpreter interpreter_;
    std::vector<std::set<std::string>> local_reads_;  // what the variables of macros come from, by slot
    std::vector<Program::Step> steps_;
};

}  // namespace

std::vector<Program::Step> explain(const Tree& tree, std::string_view text, const Variables& variables) {
    Explainer explainer(tree, text, variables);
    explainer.run(tree.root);
    return explainer.take();
}

}  // namespace contract::expression
