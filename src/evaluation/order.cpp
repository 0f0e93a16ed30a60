// SPDX-License-Identifier: Apache-2.0
//
// Needs first. Tarjan's strongly connected components, with its own stack: a chain of ten thousand packages
// is a legal contract. Components come out in the order wanted; one of several targets, or a target that
// needs itself, is a cycle, reported once as a path with the place of every step.
#include <algorithm>
#include <limits>

#include "contract/base/text.hpp"
#include "state.hpp"

namespace contract::evaluation {

namespace {

constexpr std::size_t unseen = std::numeric_limits<std::size_t>::max();

class Components {
public:
    explicit Components(const std::deque<Target>& targets)
        : targets_(targets),
          number_(targets.size(), unseen),
          low_(targets.size(), 0),
          open_(targets.size(), false) {}

    std::vector<std::vector<std::size_t>> run() {
        for (std::size_t i = 0; i < targets_.size(); ++i)
            if (number_[i] == unseen) visit(i);
        return std::move(components_);
    }

private:
    struct Frame {
        std::size_t target;
        std::size_t next = 0;  // the need to look at next
    };

    void enter(std::size_t target) {
        number_[target] = low_[target] = counter_++;
        open_[target] = true;
        stack_.push_back(target);
        frames_.push_back({target, 0});
    }

    void visit(std::size_t start) {
        enter(start);
        while (!frames_.empty()) {
            Frame& frame = frames_.back();
            const std::size_t current = frame.target;
            if (frame.next < targets_[current].needs.size()) {
                const std::size_t needed = targets_[current].needs[frame.next++].target;
                if (number_[needed] == unseen) {
                    enter(needed);
                } else if (open_[needed]) {
                    low_[current] = std::min(low_[current], number_[needed]);
                }
                continue;
            }
            frames_.pop_back();
            if (!frames_.empty()) {
                const std::size_t above = frames_.back().target;
                low_[above] = std::min(low_[above], low_[current]);
            }
            if (low_[current] == number_[current]) close(current);
        }
    }

    void close(std::size_t first) {
        std::vector<std::size_t> component;
        do {
            component.push_back(stack_.back());
            open_[stack_.back()] = false;
            stack_.pop_back();
        } while (component.back() != first);
        components_.push_back(std::move(component));
    }

    const std::deque<Target>& targets_;
    std::vector<std::size_t> number_;
    std::vector<std::size_t> low_;
    std::vector<bool> open_;
    std::vector<std::size_t> stack_;
    std::vector<Frame> frames_;
    std::size_t counter_ = 0;
    std::vector<std::vector<std::size_t>> components_;
};

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

// A cycle of thousands is told by its ends.
constexpr std::size_t most_steps = 12;

std::string shown(const std::vector<std::string>& path) {
    if (path.size() <= most_steps + 1) return join(path, " → ");
    const std::vector<std::string> first(path.begin(), path.begin() + most_steps / 2);
    const std::vector<std::string> last(path.end() - most_steps / 2, path.end());
    return join(first, " → ") + " → … (" + std::to_string(path.size() - most_steps) + " more) … → " +
           join(last, " → ");
}

void report_cycle(State& state, std::vector<std::size_t> component) {
    std::sort(component.begin(), component.end());
    const std::size_t start = component[0];
    const std::vector<Step> steps = shortest_cycle(state, start, component);
    std::vector<std::string> path{state.targets[start].name};
    for (const Step& step : steps) path.push_back(state.targets[step.need->target].name);
    auto& finding =
        state.fail(start, "cycle", "targets need each other: " + shown(path), state.place(*steps[0].need));
    finding.label = "needs '" + path[1] + "'";
    for (std::size_t i = 1; i < std::min(steps.size(), most_steps); ++i)
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
    for (auto& component : Components(state.targets).run()) {
        order.insert(order.end(), component.begin(), component.end());
        if (component.size() > 1 || needs_itself(state.targets[component[0]], component[0]))
            report_cycle(state, std::move(component));
    }
    return order;
}

}  // namespace contract::evaluation
