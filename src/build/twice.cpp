// SPDX-License-Identifier: Apache-2.0
#include "twice.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <thread>

#include "contract/base/text.hpp"
#include "differences.hpp"
#include "failure.hpp"

namespace contract::build {

namespace {

constexpr std::size_t most_shown = 10;

core::Finding finding_of(const core::PlannedAction& action, std::string message) {
    core::Finding finding;
    finding.stage = core::Stage::build;
    finding.code = "build.not-reproducible";
    finding.target = action.target;
    finding.where = action.where;
    finding.message = std::move(message);
    return finding;
}

// What of both builds' circumstances a difference shows, by its text.
std::vector<std::string> causes_of(const Difference& difference, const Perturbation& first,
                                   const Perturbation& second) {
    std::vector<std::string> causes;
    const auto before = traces_of(first);
    const auto after = traces_of(second);
    for (std::size_t index = 0; index < before.size(); ++index)
        if (difference.first.find(before[index].first) != std::string::npos &&
            difference.second.find(after[index].first) != std::string::npos)
            causes.push_back(before[index].second);
    return causes;
}

std::string text_of(const Difference& difference) {
    std::string text = harmless(difference.file) + " " + difference.what;
    if (!difference.in_content) return text;
    return text + "\n  first:  " + difference.first + "\n  second: " + difference.second;
}

void add_circumstances(core::Finding& finding, const Perturbation& first, const Perturbation& second) {
    finding.evidence.push_back(
        {"perturbed",
         "the moment, process numbers, the order of files in folders, " + std::to_string(first.jobs) +
             " and then " + std::to_string(second.jobs) + " jobs" +
             (second.processors == 0 ? "" : ", all processors and then one") + ", host names '" +
             first.host_name + "' and '" + second.host_name + "', built in '" + first.build_target +
             "' and '" + second.build_target + "'",
         {}});
    for (const auto& same : not_perturbed(second)) finding.evidence.push_back({"not-perturbed", same, {}});
}

core::Finding difference_finding(const core::PlannedAction& action, const Differences& differences,
                                 const Perturbation& first, const Perturbation& second) {
    const std::string files =
        differences.count == 1 ? "one file" : std::to_string(differences.count) + " files";
    auto finding = finding_of(action, "two builds of '" + action.target + "' differ in " + files);
    finding.label = "the same recipe, and another output";
    std::vector<std::string> causes;
    for (const auto& difference : differences.shown) {
        finding.evidence.push_back({"differs", text_of(difference), {{"file", difference.file}}});
        for (auto& cause : causes_of(difference, first, second))
            if (std::find(causes.begin(), causes.end(), cause) == causes.end())
                causes.push_back(std::move(cause));
    }
    if (differences.count > differences.shown.size())
        finding.evidence.push_back(
            {"more",
             std::to_string(differences.count - differences.shown.size()) + " more files differ",
             {}});
    add_circumstances(finding, first, second);
    for (const auto& cause : causes) finding.help.push_back("keep " + cause + " out of the output");
    if (causes.empty())
        finding.help.emplace_back(
            "look for the time, random numbers, the order of files in a folder, or jobs that race; "
            "SOURCE_DATE_EPOCH is set for programs that ask for a date");
    return finding;
}

// That it fails elsewhere is as telling as a difference.
core::Finding failure_again(const core::PlannedAction& action, core::Finding failure,
                            const Perturbation& first, const Perturbation& second) {
    auto finding = finding_of(action, "a second build of '" + action.target +
                                          "' failed, where the first one did not: " + failure.message);
    finding.label = failure.label;
    finding.evidence = std::move(failure.evidence);
    add_circumstances(finding, first, second);
    finding.help.emplace_back("let it depend on nothing of these");
    return finding;
}

// The coarsest clock that outputs are stamped with counts in steps of two seconds: zip's.
void wait_for_another_time(const std::function<bool()>& interrupted) {
    const auto step = [] { return std::time(nullptr) / 2; };
    const auto before = step();
    while (step() == before && !(interrupted && interrupted()))
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

}  // namespace

Result<Again> build_again(const ActionRun& run, const Digest& first_tree) {
    const auto first = usual(run.jobs);
    const auto second = perturbed(run.jobs);
    wait_for_another_time(run.interrupted);
    TRY_ASSIGN(auto end, run_perturbed(run, second));
    Again again;
    again.duration_ms = end.duration_ms;
    switch (end.kind) {
        case ActionEnd::Kind::interrupted: again.kind = Again::Kind::interrupted; return again;
        case ActionEnd::Kind::refused:
            again.kind = Again::Kind::refused;
            again.finding = std::move(end.finding);
            return again;
        case ActionEnd::Kind::failed:
            again.kind = Again::Kind::different;
            again.finding = failure_again(run.action, std::move(*end.finding), first, second);
            return again;
        case ActionEnd::Kind::succeeded: break;
    }
    if (end.row->tree == first_tree) return again;
    TRY_ASSIGN(const auto differences, differences_of(run.store, first_tree, end.row->tree, most_shown));
    again.kind = Again::Kind::different;
    again.finding = difference_finding(run.action, differences, first, second);
    return again;
}

}  // namespace contract::build
