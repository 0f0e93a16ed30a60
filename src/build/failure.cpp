// SPDX-License-Identifier: Apache-2.0
#include "failure.hpp"

#include <algorithm>
#include <cstring>

#include "action.hpp"
#include "contract/base/text.hpp"
#include "evidence.hpp"
#include "explain.hpp"

namespace contract::build {

namespace {

using End = sandbox::RunResult::End;

constexpr std::size_t shown_lines = 20;

std::string short_name(const core::PlannedAction& action) {
    return action.target.substr(action.target.find('.') + 1);
}

core::Finding finding_of(const core::PlannedAction& action, std::string_view code) {
    core::Finding finding;
    finding.stage = core::Stage::build;
    finding.code = "build." + std::string(code);
    finding.target = action.target;
    finding.where = action.where;
    return finding;
}

void add_log(core::Finding& finding, std::string_view log) {
    const std::string lines = harmless(last_lines(log, shown_lines));
    finding.evidence.push_back({"log", lines.empty() ? "(it wrote nothing)" : lines, {}});
    const std::string command = "contract log " + finding.target;
    finding.evidence.push_back({"more", "`" + command + "` shows the whole log", {{"command", command}}});
}

bool has_network_clue(const std::vector<Clue>& clues) {
    return std::any_of(clues.begin(), clues.end(),
                       [](const Clue& clue) { return clue.kind == Clue::Kind::network; });
}

std::string_view code_of(const core::PlannedAction& action, const sandbox::RunResult& result, bool network) {
    switch (result.end) {
        case End::timeout: return "timeout";
        case End::silence: return "silence";
        case End::output_limit: return "output-limit";
        case End::exited:
        case End::signalled: break;
    }
    if (network) return "network-attempt";
    return kind_of(action) == ActionKind::check ? "check-failed" : "failed";
}

std::string message_of(const core::PlannedAction& action, std::string_view code, const std::string& end) {
    if (code == "network-attempt")
        return "'" + action.target + "' tried to reach the network: a sealed build has none";
    if (code == "check-failed") return "check '" + short_name(action) + "' failed: it " + end;
    if (kind_of(action) == ActionKind::check)
        return "check '" + short_name(action) + "' was ended: it " + end;
    if (kind_of(action) == ActionKind::formatter)
        return "formatter '" + short_name(action) +
               (code == "failed" ? "' failed: it " : "' was ended: it ") + end;
    if (code == "failed") return "'" + action.target + "' failed: its build " + end;
    return "'" + action.target + "' was ended: its build " + end;
}

void add_limit_help(core::Finding& finding, End end) {
    if (end == End::timeout)
        finding.help.push_back("raise `timeout` of '" + finding.target + "' if it needs longer");
    if (end == End::silence)
        finding.help.push_back("raise `silence` of '" + finding.target + "', or let it print as it works");
    if (end == End::output_limit)
        finding.help.push_back("let it write its output to files instead of the log");
}

}  // namespace

std::string describe_end(const sandbox::RunResult& result, const core::Limits& limits) {
    switch (result.end) {
        case End::exited: return "exited with status " + std::to_string(result.status);
        case End::signalled: {
            const char* meaning = ::sigdescr_np(result.status);
            return "was ended by signal " + std::to_string(result.status) + " (" +
                   (meaning == nullptr ? "unknown" : meaning) + ")";
        }
        case End::timeout: return "ran longer than " + std::to_string(limits.timeout_seconds) + " s";
        case End::silence: return "was silent for " + std::to_string(limits.silence_seconds) + " s";
        case End::output_limit: return "wrote more than a log may hold";
    }
    return {};
}

core::Finding failure_finding(const core::PlannedAction& action, const sandbox::RunResult& result,
                              std::string_view log, const std::string& path, const LookAtFile& look) {
    const auto clues = clues_in(log);
    // Much tries the network and does without: it counts where the log names nothing else.
    const bool connected = clues.empty() && result.observation && reached_out(*result.observation);
    const auto code = code_of(action, result, has_network_clue(clues) || connected);
    const std::string end = describe_end(result, action.limits);
    core::Finding finding = finding_of(action, code);
    finding.message = message_of(action, code, end);
    finding.label = code == "network-attempt" ? "sealed builds have no network" : "it " + end;
    finding.evidence.push_back(
        {"exit", end, {{result.end == End::signalled ? "signal" : "status", std::int64_t{result.status}}}});
    for (const auto& clue : clues) explain_clue(finding, action, clue, path);
    if (result.observation) explain_observed(finding, action, *result.observation, clues, path);
    if (code == "network-attempt")
        finding.help.push_back(
            "declare the download as an input, [inputs.NAME] with git = \"https://…\" or path = \"./…\", and "
            "name it in `uses` "
            "or `source`");
    if (!clues.empty() && !action.declared_tools.empty())
        finding.evidence.push_back(
            {"declared", "uses " + join(action.declared_tools, ", "), {{"uses", action.declared_tools}}});
    for (auto& advice : advice_for(action, result, log, look)) {
        finding.evidence.push_back({std::move(advice.kind), harmless(advice.text), {}});
        finding.help.push_back(std::move(advice.help));
    }
    add_limit_help(finding, result.end);
    add_log(finding, log);
    return finding;
}

core::Finding unstarted_finding(const core::PlannedAction& action, const Error& error,
                                const std::string& path) {
    core::Finding finding = core::finding_from(core::Stage::build, action.target, error);
    if (!finding.where) finding.where = action.where;
    finding.message = "'" + action.target + "' did not start: " + error.message;
    if (error.code == "program-missing") {
        explain_missing_program(finding, action, path);
        explain_dead_links(finding, action.recipe.root);
    } else if (error.blame == Blame::declaration)
        finding.help.push_back("let the first word of its command be a program that may be executed");
    return finding;
}

core::Finding missing_output_finding(const core::PlannedAction& action, std::string_view log) {
    core::Finding finding = finding_of(action, "output-missing");
    finding.message = "'" + action.target + "' produced nothing: its build ended well, and $out is empty";
    finding.label = "nothing was written to $out";
    finding.help.push_back("let the build write its result below the directory $out");
    add_log(finding, log);
    return finding;
}

}  // namespace contract::build
