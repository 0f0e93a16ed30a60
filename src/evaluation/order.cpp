// SPDX-License-Identifier: Apache-2.0
//
// Needs first. A component of several targets, or a target that needs itself, is a cycle, reported once as a
// path with the place of every step.
#include <algorithm>

#include "components.hpp"
#include "cycle_path.hpp"
#include "state.hpp"

namespace contract::evaluation {

namespace {

struct Step {
    std::size_t from;
    const Need* need;
};

// The shortest way from `start` back to itself inside its component.
std::vector<Step> shortest_cycle(const State& state, std::size_t start,
                                 const std::vector<std::size_t>& component) {
    std::unordered_map<std::size_t, Step> reached;
    std::vector<std::size_t> queue{start};
    for (std::size_t at = 0; at < queue.size() && reached.count(start) == 0; ++at) {
        for (const Need& need : state.targets[queue[at]].needs) {
            if (!std::binary_search(component.begin(), component.end(), need.target)) continue;
            if (reached.emplace(need.target, Step{queue[at], &need}).second) queue.push_back(need.target);
        }
    }
    std::vector<Step> steps;
    std::size_t current = start;
    do {
        steps.push_back(reached.at(current));
        current = steps.back().from;
    } while (current != start);
    std::reverse(steps.begin(), steps.end());
    return steps;
}

void report_cycle(State& state, std::vector<std::size_t> component) {
    std::sort(component.begin(), component.end());
    const std::size_t start = component[0];
    const std::vector<Step> steps = shortest_cycle(state, start, component);
    std::vector<std::string> path{state.targets[start].name};
    for (const Step& step : steps) path.push_back(state.targets[step.need->target].name);
    auto& finding = state.fail(start, "cycle", "targets need each other: " + cycle_path(path),
                               state.place(*steps[0].need));
    finding.label = "needs '" + path[1] + "'";
    for (std::size_t i = 1; i < std::min(steps.size(), most_cycle_steps); ++i)
        finding.related.push_back(
            {state.place(*steps[i].need), "'" + path[i] + "' needs '" + path[i + 1] + "'"});
    finding.help.push_back("remove one of these references");
    for (const std::size_t target : component) state.targets[target].failed = true;
}

bool needs_itself(const Target& target, std::size_t index) {
    return std::any_of(target.needs.begin(), target.needs.end(),
                       [&](const Need& need) { return need.target == index; });
}

}  // namespace

std::vector<std::size_t> order_targets(State& state) {
    std::vector<std::size_t> order;
    std::vector<std::vector<std::size_t>> needs(state.targets.size());
    for (std::size_t i = 0; i < needs.size(); ++i)
        for (const Need& need : state.targets[i].needs) needs[i].push_back(need.target);
    for (auto& component : components(needs)) {
        order.insert(order.end(), component.begin(), component.end());
        if (component.size() > 1 || needs_itself(state.targets[component[0]], component[0]))
            report_cycle(state, std::move(component));
    }
    return order;
}

}  // namespace contract::evaluation
