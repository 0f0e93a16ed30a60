// SPDX-License-Identifier: Apache-2.0
#include "failure.hpp"

#include <algorithm>
#include <cstring>

#include "action.hpp"
#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "evidence.hpp"

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

bool in_root(const core::Root& root, const std::string& file) {
    return std::any_of(root.folders.begin(), root.folders.end(),
                       [&](const std::string& folder) { return path::is_within(file, folder); });
}

std::string_view noun(Clue::Kind kind) {
    switch (kind) {
        case Clue::Kind::program: return "program";
        case Clue::Kind::header: return "header";
        case Clue::Kind::library: return "library";
        case Clue::Kind::network: return "download";
    }
    return {};
}

// Where what is missing could come from.
std::string remedy_for(const core::PlannedAction& action, const std::string& name) {
    const std::string uses = "add what provides " + name + " to `uses` of '" + action.target + "'";
    if (action.recipe.root.kind != core::RootKind::tree) return uses + ", or use a root that has it";
    return "let its root 'inputs." + action.recipe.root.input + "' have " + name +
           ", with one more package in `deb` or another image in `oci`; or " + uses;
}

// What is missing inside and present outside is what its author relied on without saying so.
void explain_clue(core::Finding& finding, const core::PlannedAction& action, const Clue& clue,
                  const std::string& machine_path) {
    const std::string name = "'" + harmless(clue.name) + "'";
    if (clue.kind == Clue::Kind::network) {
        finding.evidence.push_back({"network", harmless(trim(clue.line)), {}});
        return;
    }
    const auto found = find_on_machine(clue, machine_path);
    if (!found) {
        finding.evidence.push_back({"missing", harmless(trim(clue.line)), {{"name", clue.name}}});
        finding.help.push_back(remedy_for(action, name) + "; or correct the name");
        return;
    }
    const std::string here =
        "the " + std::string(noun(clue.kind)) + " " + name + " is on this machine (" + harmless(*found) + ")";
    const bool visible = in_root(action.recipe.root, *found);
    finding.evidence.push_back(
        {"undeclared",
         here + (visible ? " and in the root, but nothing tells this build where"
                         : " but neither in `uses` nor in the root of '" + action.target + "'"),
         {{"name", clue.name}, {"path", *found}}});
    finding.help.push_back(visible ? "add its folder to PATH in `env` of '" + action.target + "'"
                                   : remedy_for(action, name));
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

// On many machines /bin and /lib64 are links into /usr: a root of them alone has dead links inside.
void explain_dead_links(core::Finding& finding, const core::Root& root) {
    for (const auto& folder : root.folders) {
        const auto target = os::read_link(folder);
        if (!target) continue;
        const auto full = path::normalise(path::join(path::parent(folder), *target));
        if (in_root(root, full)) continue;
        finding.evidence.push_back({"dead-link",
                                    "'" + harmless(folder) + "' is a link to '" + harmless(full) +
                                        "' on this machine, and the root does not have that",
                                    {{"path", full}}});
        finding.help.push_back("add \"" + harmless(full) + "\" to `host` of 'inputs." + root.input + "'");
    }
}

// The command's program is not in the sandbox: what would bring it in.
void explain_missing_program(core::Finding& finding, const core::PlannedAction& action,
                             const std::string& machine_path) {
    const std::string& program = action.recipe.command.front();
    const std::string name = "'" + harmless(program) + "'";
    const std::string target = "'" + action.target + "'";
    finding.label = "there is no " + name + " in its sandbox";
    finding.help.clear();
    if (program.find('/') == std::string::npos) {
        const Clue clue{Clue::Kind::program, program, {}};
        if (find_on_machine(clue, machine_path)) return explain_clue(finding, action, clue, machine_path);
        if (action.recipe.root.kind == core::RootKind::tree)
            finding.help.push_back(remedy_for(action, name) + "; or correct the name");
        else
            finding.help.push_back("add a package or a root that has " + name + " to " + target +
                                   ", or correct the name");
    } else if (action.recipe.root.kind == core::RootKind::none && path::is_absolute(program)) {
        finding.help.push_back(target +
                               " has no root, so that its sandbox has only what it uses: add "
                               "root = \"inputs.NAME\" with an input that has " +
                               name);
    } else {
        finding.help.push_back("add a root that has " + name +
                               " and what it needs to start, or correct the path");
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
    const auto code = code_of(action, result, has_network_clue(clues));
    const std::string end = describe_end(result, action.limits);
    core::Finding finding = finding_of(action, code);
    finding.message = message_of(action, code, end);
    finding.label = code == "network-attempt" ? "sealed builds have no network" : "it " + end;
    finding.evidence.push_back(
        {"exit", end, {{result.end == End::signalled ? "signal" : "status", std::int64_t{result.status}}}});
    for (const auto& clue : clues) explain_clue(finding, action, clue, path);
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
