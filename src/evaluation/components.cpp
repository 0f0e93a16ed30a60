// SPDX-License-Identifier: Apache-2.0
//
// Tarjan's strongly connected components, with its own stack: a chain of ten thousand packages is a legal
// contract.
#include "components.hpp"

#include <algorithm>
#include <limits>

namespace contract::evaluation {

namespace {

constexpr std::size_t unseen = std::numeric_limits<std::size_t>::max();

class Components {
public:
    explicit Components(const std::vector<std::vector<std::size_t>>& needs)
        : needs_(needs), number_(needs.size(), unseen), low_(needs.size(), 0), open_(needs.size(), false) {}

    std::vector<std::vector<std::size_t>> run() {
        for (std::size_t i = 0; i < needs_.size(); ++i)
            if (number_[i] == unseen) visit(i);
        return std::move(components_);
    }

private:
    struct Frame {
        std::size_t node;
        std::size_t next = 0;  // the need to look at next
    };

    void enter(std::size_t node) {
        number_[node] = low_[node] = counter_++;
        open_[node] = true;
        stack_.push_back(node);
        frames_.push_back({node, 0});
    }

    void visit(std::size_t start) {
        enter(start);
        while (!frames_.empty()) {
            Frame& frame = frames_.back();
            const std::size_t current = frame.node;
            if (frame.next < needs_[current].size()) {
                const std::size_t needed = needs_[current][frame.next++];
                if (number_[needed] == unseen) {
                    enter(needed);
                } else if (open_[needed]) {
                    low_[current] = std::min(low_[current], number_[needed]);
                }
                continue;
            }
            frames_.pop_back();
            if (!frames_.empty()) {
                const std::size_t above = frames_.back().node;
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

    const std::vector<std::vector<std::size_t>>& needs_;
    std::vector<std::size_t> number_;
    std::vector<std::size_t> low_;
    std::vector<bool> open_;
    std::vector<std::size_t> stack_;
    std::vector<Frame> frames_;
    std::size_t counter_ = 0;
    std::vector<std::vector<std::size_t>> components_;
};

}  // namespace

std::vector<std::vector<std::size_t>> components(const std::vector<std::vector<std::size_t>>& needs) {
    return Components(needs).run();
}

}  // namespace contract::evaluation
