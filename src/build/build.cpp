// SPDX-License-Identifier: Apache-2.0
#include "contract/build/build.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>

#include "contract/base/result.hpp"
#include "contract/build/look_up.hpp"
#include "contract/os/process.hpp"
#include "graph.hpp"
#include "inputs_step.hpp"
#include "record_of.hpp"
#include "reduced.hpp"
#include "run_action.hpp"
#include "schedule.hpp"
#include "twice.hpp"

namespace contract::build {

namespace {

// What is known of one node. Written by the one thread that works on it, read by others only after the
// schedule has announced its end.
struct Standing {
    std::optional<State> state;
    Digest key;
    std::optional<core::Output> output;
    std::vector<core::Finding> findings;
    std::vector<FormattedFile> formatted;
    std::string reason;
    bool cached = false;
    std::int64_t duration_ms = 0;
    core::SandboxLevel level = core::SandboxLevel::sealed;
    std::vector<std::string> missing;  // of a level below sealed, where it was built just now
};

using LetGo = std::function<void()>;  // of a schedule

class Run {
public:
    explicit Run(const Request& request)
        : request_(request),
          graph_(graph_of(request.plan, request.targets)),
          standings_(graph_.nodes.size()),
          machines_(graph_.nodes.size()),
          context_{request.store, request.contract_directory, request.offline},
          machine_path_(os::environment_variable("PATH").value_or("")) {
        context_.interrupted = request.interrupted;
        context_.configuration = request.configuration;
        context_.jobs = std::max(request.jobs, 1u);
        for (std::size_t index = 0; index < graph_.nodes.size(); ++index) {
            const Node& node = graph_.nodes[index];
            if (node.action != nullptr && has_output(index)) by_path_[node.action->output] = index;
            if (node.input != nullptr && node.input->kind != core::InputKind::host)
                by_path_[node.input->path] = index;
        }
    }

    // What is in the store already. One question to the store per action, one lstat per input.
    void look_up() {
        for (std::size_t index = 0; index < graph_.nodes.size(); ++index) {
            const Node& node = graph_.nodes[index];
            if (node.input != nullptr)
                look_up_input(index, *node.input);
            else
                look_up_action(index, *node.action);
        }
    }

    std::vector<LookedUp> looked_up() const {
        std::vector<LookedUp> out;
        for (std::size_t index = 0; index < graph_.nodes.size(); ++index) {
            const Node& node = graph_.nodes[index];
            const Standing& standing = standings_[index];
            if (node.input != nullptr && node.input->kind == core::InputKind::host) continue;
            if (node.action != nullptr && standing.key.is_zero()) continue;
            LookedUp one;
            one.target = node.target;
            if (node.action != nullptr) one.action = standing.key;
            one.path = node.action != nullptr ? node.action->output : node.input->path;
            one.here = standing.state == State::passed;
            one.asked = std::binary_search(graph_.asked.begin(), graph_.asked.end(), index);
            out.push_back(std::move(one));
        }
        return out;
    }

    void work() {
        std::vector<Task> tasks;
        for (std::size_t index = 0; index < graph_.nodes.size(); ++index)
            tasks.push_back({graph_.nodes[index].needs, standings_[index].state});
        const auto ends = run_schedule(
            tasks, request_.jobs,
            [this](std::size_t index, const LetGo& let_go) { return work_on(index, let_go); },
            request_.interrupted);
        for (std::size_t index = 0; index < ends.size(); ++index) standings_[index].state = ends[index];
    }

    // Packages that were asked for and that passed, once more. Nothing waits for it: what uses them has used
    // the first output, which stays.
    void work_again() {
        if (!request_.twice) return;
        std::vector<Task> tasks(graph_.nodes.size());
        for (std::size_t index = 0; index < tasks.size(); ++index)
            if (!is_built_twice(index)) tasks[index].known = standings_[index].state;
        const auto ends = run_schedule(
            tasks, request_.jobs, [this](std::size_t index, const LetGo&) { return work_again_on(index); },
            request_.interrupted);
        for (std::size_t index = 0; index < ends.size(); ++index) standings_[index].state = ends[index];
    }

    Built result() {
        Built built;
        const auto causes = find_causes();
        for (std::size_t index = 0; index < graph_.nodes.size(); ++index) {
            Standing& standing = standings_[index];
            add_outcome(built.result.targets, outcome_of(index, causes[index]));
            built.formatted.insert(built.formatted.end(), standing.formatted.begin(),
                                   standing.formatted.end());
            for (auto& finding : standing.findings)
                built.result.findings.push_back(with_blocked(std::move(finding), causes));
            if (standing.output && standing.state == State::passed && has_output(index))
                built.outputs.emplace(graph_.nodes[index].target, std::move(*standing.output));
        }
        if (refusal_) built.result.findings.push_back(refusal_with_blocked(causes));
        if (auto finding = reduced_finding(less_sealed()))
            built.result.findings.push_back(std::move(*finding));
        for (auto& unplanned : graph_.unplanned) built.result.targets.push_back(std::move(unplanned));
        const auto by_target = [](const auto& a, const auto& b) { return a.target < b.target; };
        std::sort(built.result.targets.begin(), built.result.targets.end(), by_target);
        std::stable_sort(built.result.findings.begin(), built.result.findings.end(), by_target);
        std::stable_sort(built.formatted.begin(), built.formatted.end(),
                         [](const auto& a, const auto& b) { return a.path < b.path; });
        return built;
    }

private:
    // ── looking up ──
    void look_up_input(std::size_t index, const core::PlannedInput& input) {
        Standing& standing = standings_[index];
        if (input.kind == core::InputKind::host) {
            const auto fingerprint = machine_.fingerprint(input.folders);
            if (!fingerprint) return fail(index, input_finding(input, fingerprint.error()));
        } else {
            if (!is_here(input, request_.store)) return;
            standing.output = output_of(input, request_.store, true);
        }
        pass_cached(index);
    }

    void look_up_action(std::size_t index, const core::PlannedAction& action) {
        Standing& standing = standings_[index];
        const Node& node = graph_.nodes[index];
        for (const std::size_t need : node.needs)
            machines_[index].insert(machines_[need].begin(), machines_[need].end());
        if (action.recipe.root.kind == core::RootKind::host) {
            const auto fingerprint = machine_.fingerprint(action.recipe.root.folders);
            if (!fingerprint) return fail(index, action_finding(action, fingerprint.error()));
            machines_[index].insert(*fingerprint);
        }
        standing.key =
            action_key(action, combined_machine({machines_[index].begin(), machines_[index].end()}));
        if (!node.missing.empty()) {
            standing.state = State::blocked;
            return;
        }
        auto row = request_.store.find_result(standing.key);
        if (!row) return fail(index, action_finding(action, row.error()));
        if (!*row || !is_sealed_enough(action, **row) || waits_for_references(index, **row)) return;
        standing.output = output_of_row(action, **row, true);
        standing.level = (*row)->level;
        pass_cached(index);
    }

    // To have passed means that the output and everything it references is here. A referenced path that was
    // lost is made again first, even where what lies between is in the store.
    bool waits_for_references(std::size_t index, const store::ResultRow& row) {
        bool waits = false;
        for (const auto& reference : row.references) {
            const auto known = by_path_.find(reference);
            if (known == by_path_.end() || known->second >= index) continue;
            if (standings_[known->second].state == State::passed) continue;
            graph_.nodes[index].needs.push_back(known->second);
            waits = true;
        }
        return waits;
    }

    void pass_cached(std::size_t index) {
        standings_[index].state = State::passed;
        standings_[index].cached = true;
        tell({Progress::Kind::finished, graph_.nodes[index].target, core::Outcome::passed, true});
    }

    void fail(std::size_t index, core::Finding finding) {
        standings_[index].state = State::failed;
        standings_[index].findings.push_back(std::move(finding));
        tell({Progress::Kind::finished, graph_.nodes[index].target, core::Outcome::failed, false});
    }

    // ── working; from several threads ──
    State work_on(std::size_t index, const LetGo& let_go) {
        const Node& node = graph_.nodes[index];
        if (refused_ && node.action != nullptr) return State::blocked;
        tell({Progress::Kind::started, node.target, core::Outcome::passed, false});
        const State state =
            node.input != nullptr ? fetch_input(index, *node.input) : run_one(index, *node.action, let_go);
        tell({Progress::Kind::finished, node.target, word_of(state), standings_[index].cached});
        return state;
    }

    State fetch_input(std::size_t index, const core::PlannedInput& input) {
        inputs::Context context = context_;
        context.progress = [&](const std::string&, std::uint64_t got, std::optional<std::uint64_t> total) {
            tell({Progress::Kind::fetching, input.target, core::Outcome::passed, false, got, total});
        };
        const auto fetched = fetch(input, context);
        if (!fetched) {
            if (fetched.error().code == "interrupted") return State::unstarted;
            standings_[index].findings.push_back(input_finding(input, fetched.error()));
            return State::failed;
        }
        standings_[index].output = output_of(input, request_.store, false);
        return State::passed;
    }

    State run_one(std::size_t index, const core::PlannedAction& action, const LetGo& let_go) {
        Standing& standing = standings_[index];
        auto run = run_of(index, action);
        run.only_commits = let_go;
        auto end = run_action(run);
        if (!end) {
            standing.findings.push_back(action_finding(action, end.error()));
            return State::failed;
        }
        standing.duration_ms = end->duration_ms;
        standing.cached = end->cached;
        switch (end->kind) {
            case ActionEnd::Kind::succeeded:
                standing.output = output_of_row(action, *end->row, end->cached);
                standing.level = end->row->level;
                standing.missing = std::move(end->missing);
                return State::passed;
            case ActionEnd::Kind::failed:
                standing.formatted = std::move(end->formatted);
                standing.findings.push_back(std::move(*end->finding));
                return State::failed;
            case ActionEnd::Kind::refused: return refuse(std::move(*end->finding));
            case ActionEnd::Kind::interrupted: return State::unstarted;
        }
        throw InternalError("build: an action ended in no way");
    }

    bool is_built_twice(std::size_t index) const {
        const Node& node = graph_.nodes[index];
        if (node.action == nullptr || !has_output(index) || standings_[index].state != State::passed)
            return false;
        const auto& targets = request_.targets;
        return targets.empty() || std::find(targets.begin(), targets.end(), node.target) != targets.end();
    }

    State work_again_on(std::size_t index) {
        Standing& standing = standings_[index];
        const auto& action = *graph_.nodes[index].action;
        tell({Progress::Kind::started, action.target, core::Outcome::passed, false});
        auto again = build_again(run_of(index, action), standing.output->tree);
        if (!again) {
            standing.findings.push_back(action_finding(action, again.error()));
            return told(action, State::failed);
        }
        standing.duration_ms += again->duration_ms;
        standing.cached = false;
        switch (again->kind) {
            case Again::Kind::equal: return told(action, State::passed);
            case Again::Kind::different:
                standing.findings.push_back(std::move(*again->finding));
                return told(action, State::failed);
            case Again::Kind::refused: return refuse(std::move(*again->finding));
            case Again::Kind::interrupted: return State::unstarted;
        }
        throw InternalError("build: a second build ended in no way");
    }

    State told(const core::PlannedAction& action, State state) {
        tell({Progress::Kind::finished, action.target, word_of(state), false});
        return state;
    }

    ActionRun run_of(std::size_t index, const core::PlannedAction& action) const {
        return {action,
                standings_[index].key,
                closure_of(action.recipe.uses, [this](const auto& path) { return references_of(path); }),
                request_.store,
                request_.contract_directory,
                std::max(request_.jobs, 1u),
                machine_path_,
                request_.interrupted,
                record_of(request_, graph_, index),
                request_.observe,
                {}};
    }

    State refuse(core::Finding finding) {
        const std::lock_guard lock(mutex_);
        refused_ = true;
        if (!refusal_) refusal_ = std::move(finding);
        return State::blocked;
    }

    std::vector<core::StorePath> references_of(const core::StorePath& path) const {
        const auto known = by_path_.find(path);
        if (known == by_path_.end() || !standings_[known->second].output)
            throw InternalError("build: '" + path.base() + "' is used and nobody made it");
        return standings_[known->second].output->references;
    }

    void tell(const Progress& progress) {
        if (!request_.progress) return;
        const std::lock_guard lock(mutex_);
        request_.progress(progress);
    }

    // ── telling ──
    static core::Finding action_finding(const core::PlannedAction& action, const Error& error) {
        auto finding = core::finding_from(core::Stage::build, action.target, error);
        if (!finding.where) finding.where = action.where;
        return finding;
    }

    core::Output output_of_row(const core::PlannedAction& action, const store::ResultRow& row,
                               bool cached) const {
        core::Output output;
        output.path = row.output;
        output.tree = row.tree;
        output.real_path = request_.store.real_path(row.output);
        output.references = row.references;
        output.root = action.recipe.root;
        output.level = row.level;
        output.cached = cached;
        return output;
    }

    bool has_output(std::size_t index) const {
        return graph_.nodes[index].action == nullptr || build::has_output(*graph_.nodes[index].action);
    }

    static core::Outcome word_of(State state) {
        switch (state) {
            case State::passed: return core::Outcome::passed;
            case State::failed: return core::Outcome::failed;
            case State::blocked: return core::Outcome::blocked;
            case State::unstarted: return core::Outcome::unknown;  // somebody interrupted the run
        }
        throw InternalError("build: a task ended in no way");
    }

    // The batches of a formatter, which stand side by side, are one target.
    static void add_outcome(std::vector<core::TargetOutcome>& outcomes, core::TargetOutcome outcome) {
        if (outcomes.empty() || outcomes.back().target != outcome.target) {
            outcomes.push_back(std::move(outcome));
            return;
        }
        core::TargetOutcome& whole = outcomes.back();
        whole.cached = whole.cached && outcome.cached;
        whole.duration_ms += outcome.duration_ms;
        whole.action.reset();
        if (core::worst(whole.outcome, outcome.outcome) == whole.outcome) return;
        whole.outcome = outcome.outcome;
        whole.reason = outcome.reason;
        whole.blocked_by = outcome.blocked_by;
    }

    std::vector<LessSealed> less_sealed() const {
        std::vector<LessSealed> results;
        for (std::size_t index = 0; index < standings_.size(); ++index)
            if (standings_[index].level != core::SandboxLevel::sealed)
                results.push_back({graph_.nodes[index].target, standings_[index].missing});
        return results;
    }

    // For every blocked node the targets at the beginning of its trouble; needs come before their users.
    std::vector<std::set<std::string>> find_causes() const {
        std::vector<std::set<std::string>> causes(graph_.nodes.size());
        for (std::size_t index = 0; index < graph_.nodes.size(); ++index) {
            if (standings_[index].state != State::blocked) continue;
            const Node& node = graph_.nodes[index];
            causes[index].insert(node.missing.begin(), node.missing.end());
            for (const std::size_t need : node.needs) {
                causes[index].insert(causes[need].begin(), causes[need].end());
                if (standings_[need].state == State::failed) causes[index].insert(graph_.nodes[need].target);
            }
        }
        return causes;
    }

    core::TargetOutcome outcome_of(std::size_t index, const std::set<std::string>& causes) const {
        const Node& node = graph_.nodes[index];
        const Standing& standing = standings_[index];
        core::TargetOutcome outcome;
        outcome.target = node.target;
        outcome.outcome = word_of(standing.state.value_or(State::unstarted));
        outcome.cached = standing.cached;
        outcome.blocked_by.assign(causes.begin(), causes.end());
        outcome.duration_ms = standing.duration_ms;
        if (node.action != nullptr && !standing.key.is_zero()) outcome.action = standing.key;
        if (standing.output && has_output(index)) outcome.output = standing.output->path;
        if (standing.state == State::unstarted) outcome.reason = "interrupted";
        if (standing.state == State::blocked && causes.empty())
            outcome.reason = "nothing can be sealed on this machine";
        return outcome;
    }

    core::Finding with_blocked(core::Finding finding,
                               const std::vector<std::set<std::string>>& causes) const {
        for (std::size_t index = 0; index < causes.size(); ++index)
            if (causes[index].count(finding.target) > 0) finding.blocks.push_back(graph_.nodes[index].target);
        std::sort(finding.blocks.begin(), finding.blocks.end());
        return finding;
    }

    // Whatever is blocked and has no failed target to thank for it.
    core::Finding refusal_with_blocked(const std::vector<std::set<std::string>>& causes) const {
        core::Finding finding = *refusal_;
        for (std::size_t index = 0; index < causes.size(); ++index)
            if (standings_[index].state == State::blocked && causes[index].empty())
                finding.blocks.push_back(graph_.nodes[index].target);
        std::sort(finding.blocks.begin(), finding.blocks.end());
        return finding;
    }

    const Request& request_;
    Graph graph_;
    std::vector<Standing> standings_;
    std::vector<std::set<Digest>> machines_;  // the machine as each node and all below it saw it
    std::map<core::StorePath, std::size_t> by_path_;
    inputs::Context context_;
    std::string machine_path_;
    Machine machine_;
    std::mutex mutex_;  // progress, and the two below
    std::atomic<bool> refused_{false};
    std::optional<core::Finding> refusal_;
};

}  // namespace

std::vector<LookedUp> look_up(const Request& request) {
    Run run(request);
    run.look_up();
    return run.looked_up();
}

Built build(const Request& request) {
    Run run(request);
    run.look_up();
    run.work();
    run.work_again();
    return run.result();
}

}  // namespace contract::build
