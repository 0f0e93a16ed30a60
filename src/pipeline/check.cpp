// SPDX-License-Identifier: Apache-2.0
//
// The flat list of what `contract check` does. After evaluation the plan does not change any more; after
// build the outputs do not. Each stage gets the plan and what earlier stages produced, and returns outcomes
// and findings.
#include "contract/pipeline/check.hpp"

#include <algorithm>
#include <chrono>
#include <exception>

#include "caches.hpp"
#include "contract/activation/activation.hpp"
#include "contract/base/path.hpp"
#include "contract/os/machine.hpp"
#include "contract/pipeline/configuration.hpp"
#include "contract/pipeline/garbage.hpp"
#include "contract/pipeline/load.hpp"
#include "contract/runtime/runtime.hpp"
#include "selection.hpp"

namespace contract::pipeline {

namespace {

using Clock = std::chrono::steady_clock;

core::Finding internal_finding(core::Stage stage, const std::string& what) {
    core::Finding finding;
    finding.stage = stage;
    finding.code = std::string(core::word(stage)) + ".internal";
    finding.blame = Blame::internal;
    finding.message = "contract itself failed in this stage: " + what;
    finding.help.push_back("please report this with the command and the contract.toml that led to it");
    return finding;
}

bool has_outcome(const std::vector<core::TargetOutcome>& sorted, const std::string& target) {
    const auto found = std::lower_bound(sorted.begin(), sorted.end(), target,
                                        [](const auto& one, const auto& name) { return one.target < name; });
    return found != sorted.end() && found->target == target;
}

// Runs one stage; a broken invariant inside it becomes a finding instead of the end of the program.
template <typename Function>
void run_stage(const CheckRequest& request, core::Report& report, core::Stage stage, Function function) {
    if (request.begins) request.begins(stage);
    const auto started = Clock::now();
    core::StageResult result;
    try {
        result = function();
    } catch (const std::exception& broken) {
        result.findings.push_back(internal_finding(stage, broken.what()));
    }
    auto& out = report.stage(stage);
    out.duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started).count();
    out.targets = std::move(result.targets);
    std::sort(out.targets.begin(), out.targets.end(),
              [](const auto& a, const auto& b) { return a.target < b.target; });
    out.outcome = core::outcome_of(out.targets);
    // What is wrong with no target, or with something that is none, fails the stage all the same.
    for (const auto& finding : result.findings)
        if (finding.severity == core::Severity::error && !has_outcome(out.targets, finding.target))
            out.outcome = core::Outcome::failed;
    report.findings.insert(report.findings.end(), std::make_move_iterator(result.findings.begin()),
                           std::make_move_iterator(result.findings.end()));
}

void leave_out(core::Report& report, core::Stage stage, core::Outcome outcome) {
    report.stage(stage).requested = outcome != core::Outcome::skipped;
    report.stage(stage).outcome = outcome;
}

// Targets that later stages cannot use: everything that did not pass.
std::vector<std::string> not_passed(const core::Report& report) {
    std::vector<std::string> out;
    for (const auto stage : {core::Stage::evaluation, core::Stage::build})
        for (const auto& target : report.stage(stage).targets)
            if (target.outcome == core::Outcome::failed || target.outcome == core::Outcome::blocked ||
                target.outcome == core::Outcome::unknown)
                out.push_back(target.target);
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

// Where findings point decides their order within a stage; those without a place come first.
void order(std::vector<core::Finding>& findings) {
    const auto place = [](const core::Finding& finding) {
        const Span where = finding.where.value_or(Span{});
        return std::tuple(finding.stage, where.file, where.begin_byte, finding.code, finding.target);
    };
    std::stable_sort(findings.begin(), findings.end(),
                     [&](const auto& a, const auto& b) { return place(a) < place(b); });
}

// A host root is declared, and still not hermetic: every report says so.
void note_host_roots(const core::Plan& plan, core::Report& report) {
    for (const auto& input : plan.inputs)
        if (input.kind == core::InputKind::host)
            report.notes.push_back("not hermetic: '" + input.target +
                                   "' is this machine's own tools, see contract(1)");
}

// Without a store nothing can be planned or made. It holds what is built, so the build stage has the finding.
Checked without_store(const CheckRequest& request, Checked checked, const Error& error) {
    run_stage(request, checked.report, core::Stage::build, [&] {
        return core::StageResult{{}, {core::finding_from(core::Stage::build, "", error)}};
    });
    for (const auto stage : {core::Stage::evaluation, core::Stage::activation, core::Stage::runtime})
        leave_out(checked.report, stage, core::Outcome::blocked);
    return checked;
}

// What could not be found out and does not fail the run reads as a warning.
void soften_unknown(core::StageResult& result) {
    for (auto& finding : result.findings)
        for (const auto& target : result.targets)
            if (target.target == finding.target && target.outcome == core::Outcome::unknown)
                finding.severity = core::Severity::warning;
}

core::StageResult run_build(const CheckRequest& request, const Planned& planned, const Selection& selection,
                            store::Store& store, const LoadedConfiguration& configuration, Checked& checked) {
    // Before anything is built: a collection that begins now has to know what this run goes on to need. The
    // next run writes it again, should it fail.
    (void)remember_roots(store, request.directory, planned.evaluated.plan, is_whole(planned));
    const build::Request wanted{planned.evaluated.plan,
                                store,
                                request.directory,
                                request.jobs,
                                request.offline || !configuration.findings.empty(),
                                selection.builds,
                                request.progress,
                                request.interrupted,
                                configuration.configuration,
                                request.twice,
                                request.observe,
                                planned.revision};
    const auto warnings = take_from_caches(wanted, configuration.keys);
    auto built = build::build(wanted);
    checked.outputs = std::move(built.outputs);
    checked.formatted = std::move(built.formatted);
    auto& findings = built.result.findings;
    findings.insert(findings.end(), configuration.findings.begin(), configuration.findings.end());
    findings.insert(findings.end(), warnings.begin(), warnings.end());
    return std::move(built.result);
}

core::StageResult run_activation(const CheckRequest& request, const Planned& planned,
                                 const Selection& selection, store::Store& store, const Checked& checked) {
    return activation::activate_check({planned.evaluated.plan, checked.outputs, store, request.compare_root,
                                       selection.hosts, not_passed(checked.report)});
}

core::StageResult run_runtime(const CheckRequest& request, const Planned& planned, const Selection& selection,
                              const store::Store& store, const Checked& checked) {
    const bool fixed = path::join(store.home(), "store") == core::store_directory;
    auto result = runtime::probe({planned.evaluated.plan, checked.outputs,
                                  request.trusted ? runtime::Trust::trusted : runtime::Trust::untrusted,
                                  request.host, not_passed(checked.report), selection.probes,
                                  request.directory, os::home_directory(), fixed});
    if (!request.unknown_is_failure) soften_unknown(result);
    return result;
}

}  // namespace

Checked check(const CheckRequest& request) {
    Checked checked;
    auto& report = checked.report;
    report.system = request.system;
    report.unknown_is_failure = request.unknown_is_failure;

    auto store = store::Store::open(request.home);
    if (!store) return without_store(request, std::move(checked), store.error());
    const auto configuration = load_configuration();
    // With half a configuration, things could come from another place than the one that was meant.
    const bool offline = request.offline || !configuration.findings.empty();
    inputs::Context context{*store, request.directory, offline};
    context.configuration = configuration.configuration;
    context.interrupted = request.interrupted;
    Planned planned;
    run_stage(request, report, core::Stage::evaluation, [&] {
        planned = plan(context, request.system);
        return planned.evaluated.result;
    });
    const auto& manifest = planned.loaded.manifest;
    report.contract = manifest.contract.name.value;
    report.sources = manifest.sources;
    report.sources.insert(configuration.sources.begin(), configuration.sources.end());
    report.revision = planned.revision;
    report.notes = planned.notes;
    note_host_roots(planned.evaluated.plan, report);

    const bool usable = planned.loaded.usable;
    const auto selection = select(request, planned.evaluated.plan, checked.strangers);
    const auto wanted = [&](core::Stage stage) { return selection.stages.contains(stage); };
    for (const auto stage : {core::Stage::build, core::Stage::activation, core::Stage::runtime})
        if (!wanted(stage))
            leave_out(report, stage, core::Outcome::skipped);
        else if (!usable)
            leave_out(report, stage, core::Outcome::blocked);
    if (!usable || !checked.strangers.empty()) return checked;

    // From here on the plan stays as it is.
    if (wanted(core::Stage::build))
        run_stage(request, report, core::Stage::build,
                  [&] { return run_build(request, planned, selection, *store, configuration, checked); });
    // From here on the outputs stay as they are.
    const auto after_build = [&](core::Stage stage) {
        // Whoever interrupts a build does not wait for what comes behind it.
        if (!wanted(stage)) return false;
        if (!request.interrupted || !request.interrupted()) return true;
        leave_out(report, stage, core::Outcome::blocked);
        return false;
    };
    if (after_build(core::Stage::activation))
        run_stage(request, report, core::Stage::activation,
                  [&] { return run_activation(request, planned, selection, *store, checked); });
    if (after_build(core::Stage::runtime))
        run_stage(request, report, core::Stage::runtime,
                  [&] { return run_runtime(request, planned, selection, *store, checked); });
    order(report.findings);
    checked.plan = std::move(planned.evaluated.plan);
    return checked;
}

}  // namespace contract::pipeline
