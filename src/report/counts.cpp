// SPDX-License-Identifier: Apache-2.0
#include "counts.hpp"

#include "contract/base/text.hpp"

namespace contract::report {

namespace {

std::string passed_text(core::Stage stage, const Counts& counts) {
    std::vector<std::string> parts;
    const auto add = [&](std::size_t number, const std::string& text) {
        if (number > 0) parts.push_back(text);
    };
    const std::size_t fresh = counts.passed - counts.cached;
    switch (stage) {
        case core::Stage::evaluation: {
            const std::size_t others = counts.passed - counts.passed_hosts;
            add(others, count(others, "target"));
            add(counts.passed_hosts, count(counts.passed_hosts, "host"));
            break;
        }
        case core::Stage::build:
            add(counts.cached, std::to_string(counts.cached) + " cached");
            add(fresh, std::to_string(fresh) + " built");
            break;
        case core::Stage::activation:
            add(counts.passed,
                std::to_string(counts.passed) + " rehearsed" +
                    (counts.cached > 0 ? " (" + std::to_string(counts.cached) + " cached)" : ""));
            break;
        case core::Stage::runtime: add(counts.passed, std::to_string(counts.passed) + " passed"); break;
    }
    return join(parts, ", ");
}

std::string nothing(core::Stage stage) {
    switch (stage) {
        case core::Stage::evaluation: return "no targets";
        case core::Stage::build: return "nothing to build";
        case core::Stage::activation: return "no hosts";
        case core::Stage::runtime: return "no probes";
    }
    return "";
}

}  // namespace

Counts count_targets(const core::StageReport& stage) {
    Counts counts;
    for (const auto& target : stage.targets) {
        switch (target.outcome) {
            case core::Outcome::passed:
                ++counts.passed;
                if (target.cached) ++counts.cached;
                if (target.target.starts_with("hosts.")) ++counts.passed_hosts;
                break;
            case core::Outcome::failed: ++counts.failed; break;
            case core::Outcome::unknown: ++counts.unknown; break;
            case core::Outcome::blocked: ++counts.blocked; break;
            case core::Outcome::skipped: ++counts.skipped; break;
            case core::Outcome::not_applicable: ++counts.not_applicable; break;
        }
    }
    return counts;
}

std::string counts_text(core::Stage stage, const core::StageReport& report) {
    const Counts counts = count_targets(report);
    std::vector<std::string> parts;
    if (counts.passed > 0) parts.push_back(passed_text(stage, counts));
    const auto add = [&](std::size_t number, std::string_view word) {
        if (number > 0) parts.push_back(std::to_string(number).append(" ").append(word));
    };
    add(counts.failed, "failed");
    add(counts.unknown, "unknown");
    add(counts.blocked, "blocked");
    add(counts.not_applicable, "not applicable");
    add(counts.skipped, "skipped");
    return parts.empty() ? nothing(stage) : join(parts, ", ");
}

}  // namespace contract::report
