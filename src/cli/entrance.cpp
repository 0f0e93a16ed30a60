// SPDX-License-Identifier: Apache-2.0
#include "entrance.hpp"

#include <fmt/core.h>

#include <set>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/process.hpp"
#include "contract/sandbox/enter.hpp"
#include "progress.hpp"
#include "session.hpp"
#include "trusted.hpp"

namespace contract::cli {

namespace {

using ByPath = std::map<core::StorePath, const core::Output*>;

ByPath by_path(const core::Outputs& outputs) {
    ByPath out;
    for (const auto& [target, output] : outputs) out[output.path] = &output;
    return out;
}

std::vector<sandbox::Request::Mount> closure(std::vector<core::StorePath> open, const ByPath& outputs) {
    std::set<core::StorePath> seen;
    std::vector<sandbox::Request::Mount> mounts;
    while (!open.empty()) {
        const auto path = open.back();
        open.pop_back();
        const auto known = outputs.find(path);
        if (known == outputs.end() || !seen.insert(path).second) continue;
        mounts.push_back({known->second->real_path, path.text(), false});
        const auto& references = known->second->references;
        open.insert(open.end(), references.begin(), references.end());
    }
    std::sort(mounts.begin(), mounts.end(), [](const auto& a, const auto& b) { return a.target < b.target; });
    return mounts;
}

Result<sandbox::EntryRequest> entry_for(const Entrance& entrance, const pipeline::Checked& checked,
                                        const pipeline::CheckRequest& request) {
    const auto outputs = by_path(checked.outputs);
    sandbox::EntryRequest entry;
    if (const auto root = outputs.find(entrance.root.path);
        entrance.root.kind == core::RootKind::tree && root != outputs.end())
        entry.root_tree = root->second->real_path;
    const bool is_in_place = path::join(request.home, "store") == core::store_directory;
    if (!entry.root_tree.empty() || !is_in_place) entry.mounts = closure(entrance.uses, outputs);
    entry.scratch = path::join(request.home, "tmp");
    entry.environment = os::current_environment();
    for (const auto& [name, value] : entrance.environment) entry.environment[name] = value;
    TRY_ASSIGN(entry.working_directory, os::real_path("."));
    entry.folders = {entry.working_directory, request.directory};
    if (const auto home = os::environment_variable("HOME")) entry.folders.push_back(*home);
    entry.command = entrance.command;
    return entry;
}

// What the program is going to use must not be collected while it runs.
Result<> hold(const Entrance& entrance, const std::string& home) {
    auto paths = entrance.uses;
    if (entrance.root.kind == core::RootKind::tree) paths.push_back(entrance.root.path);
    TRY_ASSIGN(const auto store, store::Store::open(home));
    for (const auto& path : paths)
        if (!store.has_path(path))
            return Error{"system",
                         "'" + path.text() + "' was removed from the store a moment ago",
                         Blame::environment,
                         {},
                         {},
                         {"run the command again"}};
    store.hand_on();
    return {};
}

// Why a target that is declared was not built, when no finding says so.
std::string reason_of(const pipeline::Checked& checked, const std::string& target) {
    for (const auto stage : {core::Stage::evaluation, core::Stage::build})
        for (const auto& outcome : checked.report.stage(stage).targets)
            if (outcome.target == target && !outcome.reason.empty())
                return fmt::format("'{}' is {}: {}", harmless(target), core::word(outcome.outcome),
                                   harmless(outcome.reason));
    return fmt::format("'{}' was not built", harmless(target));
}

Result<bool> may_run(const Arguments& arguments, const std::string& directory) {
    TRY_ASSIGN(const bool recorded, is_trusted(directory));
    return recorded || arguments.has("--trust") || os::environment_variable("CONTRACT_TRUST") == "1";
}

}  // namespace

Signals::Signals() {
    for (std::size_t i = 0; i < numbers.size(); ++i) ::sigaction(numbers[i], nullptr, &before_[i]);
}

void Signals::restore() const {
    for (std::size_t i = 0; i < numbers.size(); ++i) ::sigaction(numbers[i], &before_[i], nullptr);
    ::signal(SIGPIPE, SIG_DFL);
}

int not_started(std::string_view message) {
    wrong_usage(message);
    return core::exit_status::not_started;
}

int not_started(const Error& error) {
    std::string text = error.message;
    for (const auto& note : error.notes) text += "\n" + note;
    for (const auto& help : error.help) text += "\nhelp: " + help;
    return not_started(text);
}

std::optional<std::string> trusted_directory(const Arguments& arguments) {
    auto directory = contract_directory(arguments);
    if (!directory) return std::nullopt;
    const auto trusted = may_run(arguments, *directory);
    if (!trusted) {
        not_started(trusted.error());
        return std::nullopt;
    }
    if (*trusted) return directory;
    not_started(fmt::format(
        "'{}' is not trusted to run programs as you\nhelp: read what it runs, then say `contract trust`, or "
        "--trust for this time",
        harmless(*directory)));
    return std::nullopt;
}

bool is_ready(const pipeline::Checked& checked, const std::vector<std::string>& depends_on) {
    return std::all_of(depends_on.begin(), depends_on.end(), [&](const std::string& target) {
        const auto* input = find_target(checked.plan.inputs, target);
        return checked.outputs.contains(target) || (input != nullptr && input->kind == core::InputKind::host);
    });
}

int not_built(const pipeline::Checked& checked, const std::string& target, const Arguments& arguments) {
    print_findings(checked.report.findings, checked.report.sources, arguments);
    const bool told =
        std::any_of(checked.report.findings.begin(), checked.report.findings.end(),
                    [](const auto& finding) { return finding.severity == core::Severity::error; });
    if (!told) not_started(reason_of(checked, target));
    return exit_status_after(core::exit_status::not_started);
}

int become(const Entrance& entrance, const pipeline::Checked& checked, const pipeline::CheckRequest& request,
           const Signals& signals) {
    const auto entry = entry_for(entrance, checked, request);
    if (!entry) return not_started(entry.error());
    if (const auto held = hold(entrance, request.home); !held) return not_started(held.error());
    const auto setup = sandbox::entry_setup(*entry);
    end_progress();
    signals.restore();
    sandbox::enter(setup, [](const Error& error) { not_started(error); });
}

}  // namespace contract::cli
