// SPDX-License-Identifier: Apache-2.0
//
// The whole output of `check` for people: a header, a line per stage, the findings, and every target that did
// not run, with its reason.
#include <algorithm>
#include <map>
#include <tuple>

#include "contract/base/text.hpp"
#include "counts.hpp"
#include "paint.hpp"

namespace contract::report {

namespace {

using core::Outcome;

std::string header(const core::Report& report, const Style& style) {
    std::string out =
        paint(style, Ink::bold, report.contract.empty() ? "contract" : harmless(report.contract));
    if (report.revision) {
        const auto& commit = report.revision->commit;
        out += commit.empty() ? " before its first commit" : " @ " + harmless(commit.substr(0, 7));
        const auto& dirty = report.revision->dirty;
        if (!dirty.empty()) out += " (" + count(dirty.size(), "file") + " modified)";
    }
    return out + "   " + harmless(report.system) + "\n";
}

std::string stage_line(core::Stage stage, const core::StageReport& report, const Style& style) {
    const Outcome outcome = report.requested ? report.outcome : Outcome::skipped;
    const std::string outcome_word = padded(std::string(core::word(outcome)), 10);
    std::string out = "  " + padded(std::string(core::word(stage)), 13);
    // Only the word is painted, not the blanks behind it.
    const std::string word(trim(outcome_word));
    out += paint(style, ink_of(outcome), word) + outcome_word.substr(word.size());
    if (word.size() >= 10) out += "  ";
    if (!report.requested) return out + "not asked for (--stage)\n";
    const std::string counts = counts_text(stage, report);
    const std::string duration = duration_text(report.duration_ms);
    const int right_edge = std::min(style.width, 80) - 2;
    const int used = 2 + 13 + std::max(10, static_cast<int>(word.size()) + 2) + display_width(counts);
    const int blanks = std::max(2, right_edge - used - display_width(duration));
    return out + counts + std::string(static_cast<std::size_t>(blanks), ' ') + duration + "\n";
}

struct Group {
    Outcome outcome;
    core::Stage stage;
    std::string reason;
    bool operator<(const Group& other) const {
        return std::tie(outcome, stage, reason) < std::tie(other.outcome, other.stage, other.reason);
    }
};

std::string reason_for(const core::TargetOutcome& target) {
    if (target.outcome != Outcome::blocked) return harmless(target.reason);
    if (target.blocked_by == std::vector<std::string>{target.target}) return "it failed in an earlier stage";
    std::vector<std::string> names;
    for (const auto& name : target.blocked_by) names.push_back(harmless(name));
    if (names.empty()) return harmless(target.reason);
    return "by " + list_text(names, 4);
}

// "blocked      activation   hosts.gpu-064: by packages.gateway", one line for all with the same reason.
std::string not_run(const core::Report& report, const Style& style) {
    std::map<Group, std::vector<std::string>> groups;
    for (const core::Stage stage : core::all_stages) {
        if (!report.stage(stage).requested) continue;
        for (const auto& target : report.stage(stage).targets) {
            if (target.outcome == Outcome::passed || target.outcome == Outcome::failed) continue;
            groups[{target.outcome, stage, reason_for(target)}].push_back(harmless(target.target));
        }
    }
    std::string out;
    for (const auto& [group, names] : groups) {
        const std::string word = group.outcome == Outcome::not_applicable
                                     ? "not applicable"
                                     : std::string(core::word(group.outcome));
        out += paint(style, ink_of(group.outcome), word) + std::string(16 - word.size(), ' ') +
               padded(std::string(core::word(group.stage)), 12) + list_text(names, 6) +
               (group.reason.empty() ? "" : ": " + group.reason) + "\n";
    }
    return out;
}

std::string summary(const core::Report& report) {
    std::size_t errors = 0, warnings = 0;
    for (const auto& finding : report.findings)
        ++(finding.severity == core::Severity::error ? errors : warnings);
    std::vector<std::string> parts;
    if (errors > 0) parts.push_back(count(errors, "error"));
    if (warnings > 0) parts.push_back(count(warnings, "warning"));
    if (parts.empty()) return {};
    // What fails the run is what its reader wants to know more about.
    const auto error = std::find_if(report.findings.begin(), report.findings.end(),
                                    [](const auto& one) { return one.severity == core::Severity::error; });
    const auto& told = error == report.findings.end() ? report.findings.front() : *error;
    return join(parts, ", ") + "; more about one: contract explain " + harmless(told.code) + "\n";
}

}  // namespace

std::string human(const core::Report& report, const Style& style) {
    std::string out = header(report, style) + "\n";
    for (const core::Stage stage : core::all_stages) out += stage_line(stage, report.stage(stage), style);
    if (!report.notes.empty()) out += "\n";
    for (const auto& note : report.notes)
        out += paint(style, Ink::bold, "note") + ": " + harmless(note) + "\n";
    for (const auto& finding : report.findings) out += "\n" + human(finding, report.sources, style);
    const std::string others = not_run(report, style);
    if (!others.empty()) out += "\n" + others;
    const std::string end = summary(report);
    return end.empty() ? out : out + "\n" + end;
}

}  // namespace contract::report
