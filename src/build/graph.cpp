// SPDX-License-Identifier: Apache-2.0
#include "graph.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "contract/base/result.hpp"

namespace contract::build {

namespace {

using Needs = std::vector<std::string>;

// Anything a plan may name, as this stage sees it. With neither input nor action it only stands for its
// needs.
struct Named {
    const core::PlannedInput* input = nullptr;
    std::vector<const core::PlannedAction*> actions{};  // of a formatter several
    const core::Unplanned* unplanned = nullptr;
    const Needs* needs = nullptr;
};

std::map<std::string, Named, std::less<>> names_of(const core::Plan& plan) {
    std::map<std::string, Named, std::less<>> names;
    for (const auto& input : plan.inputs) names[input.target].input = &input;
    for (const auto* list : {&plan.packages, &plan.checks})
        for (const auto& action : *list)
            names[action.target] = {nullptr, {&action}, nullptr, &action.depends_on};
    for (const auto& formatter : plan.formatters) {
        auto& named = names[formatter.target];
        named.needs = &formatter.depends_on;
        for (const auto& batch : formatter.batches) named.actions.push_back(&batch);
    }
    for (const auto& shell : plan.shells) names[shell.target].needs = &shell.depends_on;
    for (const auto& command : plan.commands) names[command.target].needs = &command.depends_on;
    for (const auto& toolchain : plan.toolchains) names[toolchain.target].needs = &toolchain.depends_on;
    for (const auto& host : plan.hosts) names[host.target].needs = &host.depends_on;
    for (const auto& probe : plan.probes) names[probe.target].needs = &probe.depends_on;
    for (const auto& unplanned : plan.unplanned) names[unplanned.target].unplanned = &unplanned;
    return names;
}

class Builder {
public:
    explicit Builder(const core::Plan& plan) : names_(names_of(plan)) {}

    // What somebody who needs `target` has to wait for.
    struct Reached {
        std::set<std::size_t> needs;
        std::set<std::string> missing;
    };

    void reach(const std::string& target, Reached& reached) {
        const auto found = names_.find(target);
        if (found == names_.end()) throw InternalError("build: the plan has no target '" + target + "'");
        const Named& named = found->second;
        if (named.unplanned != nullptr) {
            reached.missing.insert(target);
            unplanned_.insert(named.unplanned);
            return;
        }
        if (named.input == nullptr && named.actions.empty()) {
            Reached below = visited(target, named);
            reached.needs.merge(below.needs);
            reached.missing.merge(below.missing);
            return;
        }
        auto placed = index_.find(target);
        if (placed == index_.end()) placed = index_.emplace(target, place(target, named)).first;
        reached.needs.insert(placed->second.begin(), placed->second.end());
    }

    Graph finish(const Reached& reached) {
        Graph graph;
        graph.asked.assign(reached.needs.begin(), reached.needs.end());
        for (const auto* unplanned : unplanned_) {
            if (core::is_package(unplanned->target) || unplanned->target.starts_with("checks.") ||
                unplanned->target.starts_with("formatters."))
                graph.unplanned.push_back(outcome_of(*unplanned));
        }
        std::sort(graph.unplanned.begin(), graph.unplanned.end(),
                  [](const auto& a, const auto& b) { return a.target < b.target; });
        graph.nodes = std::move(nodes_);
        return graph;
    }

private:
    // The nodes of a target, behind everything that it needs.
    std::vector<std::size_t> place(const std::string& target, const Named& named) {
        const Reached below = visited(target, named);
        std::vector<std::size_t> indices;
        const auto add = [&](const core::PlannedInput* input, const core::PlannedAction* action) {
            indices.push_back(nodes_.size());
            nodes_.push_back({target,
                              input,
                              action,
                              {below.needs.begin(), below.needs.end()},
                              {below.missing.begin(), below.missing.end()}});
        };
        if (named.input != nullptr) add(named.input, nullptr);
        for (const auto* action : named.actions) add(nullptr, action);
        return indices;
    }

    Reached visited(const std::string& target, const Named& named) {
        if (!on_the_way_.insert(target).second)
            throw InternalError("build: the plan has a cycle through '" + target + "'");
        Reached below;
        if (named.needs != nullptr)
            for (const auto& need : *named.needs) reach(need, below);
        on_the_way_.erase(target);
        return below;
    }

    static core::TargetOutcome outcome_of(const core::Unplanned& unplanned) {
        core::TargetOutcome outcome;
        outcome.target = unplanned.target;
        outcome.reason = unplanned.reason;
        if (unplanned.outcome == core::Outcome::not_applicable) {
            outcome.outcome = core::Outcome::not_applicable;
            return outcome;
        }
        outcome.outcome = core::Outcome::blocked;
        // A target that failed itself is its own cause: its finding is among those of evaluation.
        outcome.blocked_by = unplanned.outcome == core::Outcome::failed || unplanned.blocked_by.empty()
                                 ? std::vector{unplanned.target}
                                 : unplanned.blocked_by;
        return outcome;
    }

    std::map<std::string, Named, std::less<>> names_;
    std::map<std::string, std::vector<std::size_t>> index_;
    std::vector<Node> nodes_;
    std::set<std::string> on_the_way_;
    std::set<const core::Unplanned*> unplanned_;
};

}  // namespace

Graph graph_of(const core::Plan& plan, const std::vector<std::string>& targets) {
    Builder builder(plan);
    Builder::Reached reached;
    if (!targets.empty()) {
        for (const auto& target : targets) builder.reach(target, reached);
        return builder.finish(reached);
    }
    for (const auto* list : {&plan.packages, &plan.checks})
        for (const auto& action : *list) builder.reach(action.target, reached);
    for (const auto& formatter : plan.formatters) builder.reach(formatter.target, reached);
    for (const auto& shell : plan.shells) builder.reach(shell.target, reached);
    for (const auto& command : plan.commands) builder.reach(command.target, reached);
    for (const auto& unplanned : plan.unplanned) builder.reach(unplanned.target, reached);
    for (const auto& toolchain : plan.toolchains) builder.reach(toolchain.target, reached);
    for (const auto& host : plan.hosts) builder.reach(host.target, reached);
    for (const auto& probe : plan.probes) builder.reach(probe.target, reached);
    return builder.finish(reached);
}

}  // namespace contract::build
