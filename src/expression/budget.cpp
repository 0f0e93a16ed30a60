// SPDX-License-Identifier: Apache-2.0
#include "budget.hpp"

namespace contract::expression {

Budget::Budget() {
    if (const Allowance* allowance = Allowance::current()) {
        steps = std::min(steps, allowance->steps());
        bytes = std::min(bytes, allowance->bytes());
    }
    granted_steps_ = steps;
    granted_bytes_ = bytes;
}

Budget::~Budget() {
    if (Allowance* allowance = Allowance::current())
        allowance->take(granted_steps_ - steps, granted_bytes_ - bytes);
}

std::shared_ptr<const Pattern> Budget::pattern(const Node& node, const std::string& text) {
    constexpr std::size_t most_kept = 64;
    if (const auto known = patterns_.find(text); known != patterns_.end()) return known->second;
    // Making one takes as long as some hundred steps for each of its bytes.
    if (!work(node, 500 + text.size() * 100)) return nullptr;
    auto made = std::make_shared<const Pattern>(text);
    if (patterns_.size() < most_kept) patterns_.emplace(text, made);
    return made;
}

}  // namespace contract::expression
