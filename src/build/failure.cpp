// SPDX-License-Identifier: Apache-2.0
#include "failure.hpp"

#include <algorithm>
#include <cstring>

#include "action.hpp"
#include "advice.hpp"
#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "evidence.hpp"
#include "log_text.hpp"
#include "started_file.hpp"

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
    const std::string lines = excerpt(log, shown_lines);
    finding.evidence.push_back({"log", lines.empty() ? "(it wrote nothing)" : lines, {}});
    const std::string command = "contract log " + finding.target;
    finding.evidence.push_back({"more", "`" + command + "` shows the whole log", {{"command", command}}});
}

// Much tries the network and does without: it counts where the log names nothing else after that. That a file
// is missing is what comes of it.
bool is_network_last(const std::vector<Clue>& clues, const std::vector<Advice>& advices) {
    const auto network = std::find_if(clues.begin(), clues.end(),
                                      [](const Clue& clue) { return clue.kind == Clue::Kind::network; });
    if (network == clues.end()) return false;
    const auto is_later = [&](const Clue& clue) {
        return clue.number > network->number && clue.kind != Clue::Kind::file;
    };
    return std::none_of(clues.begin(), clues.end(), is_later) &&
           std::none_of(advices.begin(), advices.end(), [&](const Advice& advice) {
               return advice.last_line && *advice.last_line > network->number;
           });
}

// Without a word in the log, what it was seen to try is all there is.
bool is_silent_attempt(const sandbox::RunResult& result, std::string_view log) {
    return trim(log).empty() && result.observation && reached_out(*result.observation);
}

// What a line is understood to say is said once.
void drop_told(std::vector<Clue>& clues, const std::vector<Advice>& advices) {
    const auto is_told = [&](const Clue& clue) {
        return clue.kind == Clue::Kind::file &&
               std::any_of(advices.begin(), advices.end(), [&](const Advice& advice) {
                   return advice.first_line == clue.number || advice.last_line == clue.number;
               });
    };
    clues.erase(std::remove_if(clues.begin(), clues.end(), is_told), clues.end());
}

constexpr std::string_view declare_download =
    "declare the download as an input, [inputs.NAME] with git = \"https://…\", url = \"https://…\" or path = "
    "\"./…\", and name it in `uses` or `source`";

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

void add_advices(core::Finding& finding, std::vector<Advice> advices) {
    for (auto& advice : advices) {
        finding.evidence.push_back({std::move(advice.kind), harmless(advice.text), {}});
        finding.help.push_back(std::move(advice.help));
    }
}

void add_limit_help(core::Finding& finding, End end) {
    if (end == End::timeout)
        finding.help.push_back("raise `timeout` of '" + finding.target + "' if it needs longer");
    if (end == End::silence)
        finding.help.push_back("raise `silence` of '" + finding.target + "', or let it print as it works");
    if (end == End::output_limit)
        finding.help.push_back("let it write its output to files instead of the log");
}

// A file of the source is there or is not, and may be no program: none of it is a matter of the root.
void tell_unstarted_file(core::Finding& finding, const std::string& program, const Surroundings& around) {
    const std::string name = "'" + harmless(program) + "'";
    finding.evidence.clear();
    finding.help.clear();
    const bool is_there = around.look && around.look(program);
    if (is_there && finding.code == "build.program-missing")
        finding.message = "'" + finding.target + "' did not start: " + name + " cannot be executed";
    finding.label = is_there ? name + " does not start" : "there is no " + name + " in its sandbox";
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
                              std::string_view log, const Surroundings& around) {
    const std::string text = readable(log);
    auto advices = advice_for(action, result, text, around.look);
    auto clues = clues_in(text);
    drop_told(clues, advices);
    const bool network = is_network_last(clues, advices) || is_silent_attempt(result, text);
    const auto code = code_of(action, result, network);
    const std::string end = describe_end(result, action.limits);
    core::Finding finding = finding_of(action, code);
    finding.message = message_of(action, code, end);
    finding.label = code == "network-attempt" ? "sealed builds have no network" : "it " + end;
    finding.evidence.push_back(
        {"exit", end, {{result.end == End::signalled ? "signal" : "status", std::int64_t{result.status}}}});
    for (const auto& clue : clues) explain_clue(finding, action, clue, around);
    const bool is_advised = code == "network-attempt" ||
                            std::any_of(advices.begin(), advices.end(),
                                        [](const Advice& advice) { return advice.first_line.has_value(); });
    if (result.observation) explain_observed(finding, action, *result.observation, clues, is_advised, around);
    if (code == "network-attempt") finding.help.emplace_back(declare_download);
    if (!clues.empty() && !action.declared_tools.empty())
        finding.evidence.push_back(
            {"declared", "uses " + join(action.declared_tools, ", "), {{"uses", action.declared_tools}}});
    add_advices(finding, std::move(advices));
    if (code != "network-attempt" && result.observation && reached_out(*result.observation))
        finding.help.push_back("if it needs the network: " + std::string(declare_download));
    add_limit_help(finding, result.end);
    add_log(finding, text);
    return finding;
}

core::Finding unstarted_finding(const core::PlannedAction& action, const Error& error,
                                const Surroundings& around) {
    core::Finding finding = core::finding_from(core::Stage::build, action.target, error);
    if (!finding.where) finding.where = action.where;
    finding.message = "'" + action.target + "' did not start: " + error.message;
    if (error.blame != Blame::declaration) return finding;
    const bool is_missing = error.code == "program-missing";
    const auto& program = action.recipe.command.front();
    std::vector<Advice> advices;
    const bool is_path = program.find('/') != std::string::npos && program.find(' ') == std::string::npos;
    if (auto advice = list_advice(action); advice && !is_path) {
        finding.help.clear();
        advices.push_back(std::move(*advice));
    } else if (is_path && !path::is_absolute(program)) {
        tell_unstarted_file(finding, program, around);
        advices.push_back(unstarted_file_advice(program, !is_missing, around.look));
    } else if (is_missing) {
        explain_missing_program(finding, action, around);
    } else {
        finding.help.push_back("let the first word of its command be a program that may be executed");
    }
    add_advices(finding, std::move(advices));
    return finding;
}

core::Finding missing_output_finding(const core::PlannedAction& action, std::string_view log) {
    core::Finding finding = finding_of(action, "output-missing");
    finding.message = "'" + action.target + "' produced nothing: its build ended well, and $out is empty";
    finding.label = "nothing was written to $out";
    finding.help.push_back("let the build write its result below the directory $out");
    if (auto advice = list_advice(action)) add_advices(finding, {std::move(*advice)});
    add_log(finding, readable(log));
    return finding;
}

}  // namespace contract::build
