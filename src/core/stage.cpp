// SPDX-License-Identifier: Apache-2.0
#include "contract/core/stage.hpp"

#include <algorithm>

namespace contract::core {

std::string_view word(Stage stage) {
    switch (stage) {
        case Stage::evaluation: return "evaluation";
        case Stage::build: return "build";
        case Stage::activation: return "activation";
        case Stage::runtime: return "runtime";
    }
    return "";
}

std::string_view word(Outcome outcome) {
    switch (outcome) {
        case Outcome::passed: return "passed";
        case Outcome::failed: return "failed";
        case Outcome::blocked: return "blocked";
        case Outcome::unknown: return "unknown";
        case Outcome::skipped: return "skipped";
        case Outcome::not_applicable: return "not-applicable";
    }
    return "";
}

std::optional<Stage> parse_stage(std::string_view text) {
    for (const Stage stage : all_stages)
        if (word(stage) == text) return stage;
    return std::nullopt;
}

int exit_status::bit(Stage stage) {
    return 8 << static_cast<int>(stage);
}

Outcome worst(Outcome a, Outcome b) {
    constexpr std::array order{Outcome::failed,  Outcome::unknown, Outcome::passed,
                               Outcome::blocked, Outcome::skipped, Outcome::not_applicable};
    const auto rank = [&](Outcome outcome) { return std::find(order.begin(), order.end(), outcome); };
    return std::min(rank(a), rank(b)) == rank(a) ? a : b;
}

}  // namespace contract::core
