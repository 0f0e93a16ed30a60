// SPDX-License-Identifier: Apache-2.0
#include "explain.hpp"

#include <algorithm>
#include <utility>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "dead_links.hpp"
#include "looked_for.hpp"
#include "missing_words.hpp"
#include "untracked.hpp"

namespace contract::build {

namespace {

std::string_view noun(Clue::Kind kind) {
    switch (kind) {
        case Clue::Kind::program: return "program";
        case Clue::Kind::header: return "header";
        case Clue::Kind::library: return "library";
        case Clue::Kind::network: return "download";
        case Clue::Kind::package: return "package description";
        case Clue::Kind::module: return "module";
        case Clue::Kind::file: return "file";
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

// What would make it visible, of something that lies in the root already. PATH is contract's own, but for
// what a command does to it.
std::string where_to_look(const LookedFor& missing, const std::string& target) {
    const std::string env = "in `env` of '" + target + "'";
    switch (missing.kind) {
        case Clue::Kind::program:
            return "call it as '" + harmless(missing.found) +
                   "', or add its folder to PATH in the command of '" + target + "'";
        case Clue::Kind::header: return "add its folder to CPATH " + env + ", or to the compiler's -I";
        case Clue::Kind::library: return "add its folder to LIBRARY_PATH " + env + ", or to the linker's -L";
        case Clue::Kind::package: return "add its folder to PKG_CONFIG_PATH " + env;
        case Clue::Kind::module: return "add its folder to PYTHONPATH " + env;
        case Clue::Kind::file:
        case Clue::Kind::network: break;
    }
    return "tell the build where it is, " + env;
}

// What is missing inside and present outside is what its author relied on without saying so. `seen`: the
// build was seen to ask for it, so that no line of the log need say so. Returns what to do.
std::string explain_undeclared(core::Finding& finding, const core::PlannedAction& action,
                               const LookedFor& missing, bool seen) {
    const std::string name = "'" + harmless(missing.name) + "'";
    const bool visible = in_root(action.recipe.root, missing.found);
    std::string text = "the " + std::string(noun(missing.kind)) + " " + name;
    text = seen ? "it looked for " + text + ", which is on this machine" : text + " is on this machine";
    if (missing.found != missing.name) text += " (" + harmless(missing.found) + ")";
    text += visible ? " and in the root, but nothing tells this build where"
                    : " but neither in `uses` nor in the root of '" + action.target + "'";
    finding.evidence.push_back(
        {"undeclared", std::move(text), {{"name", missing.name}, {"path", missing.found}}});
    if (visible) return where_to_look(missing, action.target);
    if (missing.kind == Clue::Kind::file)
        return "let an input have " + name + ", [inputs.NAME] with path or url, and read it from there";
    return remedy_for(action, name);
}

// Of a file a clue says only that it was missing.
bool is_said(const LookedFor& missing, const std::vector<Clue>& clues) {
    return std::any_of(clues.begin(), clues.end(), [&](const Clue& clue) {
        return (clue.name == missing.name && clue.kind != Clue::Kind::file) ||
               (clue.kind == Clue::Kind::library && missing.name.starts_with("lib" + clue.name + "."));
    });
}

bool names_another(const LookedFor& missing, const std::vector<Clue>& clues) {
    return std::any_of(clues.begin(), clues.end(),
                       [&](const Clue& clue) { return clue.name != missing.name; });
}

// A package that is used has the program where no PATH leads, or in a way that does not start.
bool explain_elsewhere(core::Finding& finding, const core::PlannedAction& action, const std::string& program,
                       const Surroundings& around) {
    const auto there = find_in_packages(action, around.real_path, program);
    if (!there) return false;
    const std::string package = "'" + there->package + "'";
    const auto facts = std::vector<std::pair<std::string, core::FactValue>>{
        {"name", program}, {"package", there->package}, {"path", there->place}};
    if (there->trouble.empty()) {
        finding.evidence.push_back(
            {"elsewhere",
             package + " has it as '" + harmless(there->place) + "', and only its 'bin' is in PATH", facts});
        finding.help.push_back("let " + package +
                               " install it with the prefix $out, and no DESTDIR; or call it by its path");
    } else {
        finding.evidence.push_back({"elsewhere", package + " has it: " + there->trouble, facts});
        finding.help.push_back(there->help);
    }
    return true;
}

// Neither the folder of the source nor what git tracks is known here: both reasons are told.
bool explain_left_out(core::Finding& finding, const std::string& name, const Surroundings& around) {
    const auto place = find_left_out(name, around.contract_directory, around.look);
    if (!place) return false;
    const std::string file = "'" + harmless(*place) + "'";
    finding.evidence.push_back({"left-out",
                                file +
                                    " is in the working directory, and not in the source of this build: git "
                                    "does not track it, or its `source` leaves it out",
                                {{"path", *place}}});
    finding.help.push_back("`git add " + harmless(*place) +
                           "`, or let `source` with its `include` and `exclude` have it");
    return true;
}

std::string started_by(const sandbox::Processes& processes) {
    if (processes.empty()) return "a process that has ended";
    return processes.back() + (processes.size() > 1 ? " (" + join(processes, " → ") + ")" : "");
}

// A tenth of a second is as exact as two runs of one build are alike.
std::string in_seconds(std::chrono::milliseconds time) {
    const auto tenths = (time.count() + 50) / 100;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

}  // namespace

bool reached_out(const sandbox::Observation& observation) {
    return std::any_of(observation.connections.begin(), observation.connections.end(),
                       [](const sandbox::Connection& tried) { return !tried.address.starts_with('/'); });
}

void explain_clue(core::Finding& finding, const core::PlannedAction& action, const Clue& clue,
                  const Surroundings& around) {
    if (clue.kind == Clue::Kind::network) {
        finding.evidence.push_back({"network", harmless(trim(clue.line)), {}});
        return;
    }
    if (clue.kind == Clue::Kind::program && explain_elsewhere(finding, action, clue.name, around)) return;
    if (denied_command(clue.line)) {  // it is there, wherever that is
        finding.evidence.push_back({"refused", harmless(trim(clue.line)), {{"name", clue.name}}});
        return;
    }
    if (const auto found = find_on_machine(clue, around.path)) {
        if (explain_dead_link(finding, action.recipe.root, *found)) return;
        finding.help.push_back(
            explain_undeclared(finding, action, {clue.kind, clue.name, *found, false}, false));
        return;
    }
    finding.evidence.push_back({"missing", harmless(trim(clue.line)), {{"name", clue.name}}});
    const bool is_of_source = clue.kind == Clue::Kind::file || clue.kind == Clue::Kind::header;
    if (action.recipe.source && is_of_source && explain_left_out(finding, clue.name, around)) return;
    if (clue.kind == Clue::Kind::file) return;
    finding.help.push_back(remedy_for(action, "'" + harmless(clue.name) + "'") + "; or correct the name");
}

// Much is looked for that a build can do without: only what was asked for last gets advice, and only where
// the log has none.
void explain_observed(core::Finding& finding, const core::PlannedAction& action,
                      const sandbox::Observation& observation, const std::vector<Clue>& clues,
                      bool is_advised, const Surroundings& around) {
    constexpr std::size_t at_most = 3;
    for (std::size_t i = 0; i < observation.connections.size() && i < at_most; ++i) {
        const auto& tried = observation.connections[i];
        finding.evidence.push_back({"tried",
                                    harmless(tried.address) + " by " + started_by(tried.processes) +
                                        ", after " + in_seconds(tried.after),
                                    {{"address", tried.address}, {"process", tried.processes}}});
    }
    for (std::size_t i = 0; i < observation.refused_writes.size() && i < at_most; ++i) {
        const auto& refused = observation.refused_writes[i];
        finding.evidence.push_back({"refused",
                                    "writing '" + harmless(refused.path) + "' by " +
                                        started_by(refused.processes) + ": nothing can be written there",
                                    {{"path", refused.path}, {"process", refused.processes}}});
    }
    if (!observation.whole)
        finding.evidence.push_back(
            {"observed", "it asked for more than is kept: only what came first is told here", {}});
    if (!observation.can_tell)
        finding.evidence.push_back(
            {"observed", "which files were missing cannot be told: this machine refuses openat2", {}});
    for (const auto& missing : looked_for(observation, around.path)) {
        if (is_said(missing, clues)) continue;
        const bool visible = in_root(action.recipe.root, missing.found);
        // What the root has and nobody executes is asked for in many places and used from one.
        if (visible && !missing.executed) continue;
        const bool is_enough = is_advised || names_another(missing, clues);
        if (!is_enough) is_advised = true;
        if (!is_enough && explain_dead_link(finding, action.recipe.root, missing.found)) continue;
        const auto help = explain_undeclared(finding, action, missing, true);
        // That it was asked for does not say that the build failed for want of it.
        if (!is_enough) finding.help.push_back("if it cannot do without: " + help);
    }
}

void explain_missing_program(core::Finding& finding, const core::PlannedAction& action,
                             const Surroundings& around) {
    const std::string& program = action.recipe.command.front();
    const std::string name = "'" + harmless(program) + "'";
    const std::string target = "'" + action.target + "'";
    finding.label = "there is no " + name + " in its sandbox";
    finding.help.clear();
    const auto& root = action.recipe.root;
    const bool is_path = program.find('/') != std::string::npos;
    const Clue clue{Clue::Kind::program, program, {}};
    if (is_path)
        explain_dead_link(finding, root, program);
    else if (find_on_machine(clue, around.path) || find_in_packages(action, around.real_path, program))
        explain_clue(finding, action, clue, around);
    else if (root.kind == core::RootKind::tree)
        finding.help.push_back(remedy_for(action, name) + "; or correct the name");
    else
        finding.help.push_back("add a package or a root that has " + name + " to " + target +
                               ", or correct the name");
    explain_dead_links(finding, root);
    if (!finding.help.empty()) return;
    if (root.kind == core::RootKind::none && path::is_absolute(program))
        finding.help.push_back(target +
                               " has no root, so that its sandbox has only what it uses: add "
                               "root = \"inputs.NAME\" with an input that has " +
                               name);
    else
        finding.help.push_back("add a root that has " + name +
                               " and what it needs to start, or correct the path");
}

}  // namespace contract::build
