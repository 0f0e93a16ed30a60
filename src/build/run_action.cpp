// SPDX-License-Identifier: Apache-2.0
#include "run_action.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "build_file.hpp"
#include "builder_files.hpp"
#include "contract/base/path.hpp"
#include "contract/base/pathspec.hpp"
#include "contract/base/text.hpp"
#include "contract/build/record.hpp"
#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"
#include "contract/store/log.hpp"
#include "contract/store/select.hpp"
#include "failure.hpp"
#include "formatting.hpp"
#include "log_file.hpp"
#include "patch_source.hpp"
#include "references.hpp"

namespace contract::build {

namespace {

// How one attempt is made, and whether its result is kept.
struct Attempt {
    Perturbation circumstances;
    std::string log;  // a file; empty: none is kept
    bool keep = true;
    bool observed = false;  // made to be watched: how it ends is all that is looked at
};

// A failed build that took less than this is run again unasked. The second run may take longer, not much.
constexpr std::chrono::seconds quick{5}, quick_again{30};

// `build`: where the build directory lies, which may be another file system than the store's. The sandbox's
// root is mounted over the whole directory, which only the sandbox sees: a folder less to make and to remove.
Result<Workplace> prepare(const std::string& directory, const std::string& build) {
    Workplace workplace{build + "/build", directory + "/out", directory};
    for (const auto* folder : {&workplace.build, &workplace.output}) {
        TRY(os::make_directories(*folder));
        TRY(give_to_builder(*folder));
    }
    return workplace;
}

// The tree of an input, which may not have been here before, and what is taken of it.
Result<Digest> selected(const core::Recipe& recipe, store::Store& store) {
    if (recipe.include.empty() && recipe.exclude.empty()) return *recipe.source;
    return store::select(store, *recipe.source, [&](const std::string& name) {
        return is_selected(name, recipe.include, recipe.exclude);
    });
}

// The source as the build finds it. A finding: nothing of it is selected, or a patch does not apply.
Result<std::optional<core::Finding>> place_source(const ActionRun& run, const Workplace& workplace,
                                                  bool backwards) {
    const auto& recipe = run.action.recipe;
    if (!recipe.source) return std::optional<core::Finding>();
    const auto tree = selected(recipe, run.store);
    if (!tree && tree.error().code == "empty-source") {
        auto finding = core::finding_from(core::Stage::build, run.action.target, tree.error());
        finding.message = "no file of the source of '" + run.action.target + "' is selected";
        finding.where = run.action.where;
        finding.help.emplace_back("correct `include` and `exclude` of its `source`");
        return std::optional(std::move(finding));
    }
    if (!tree) return tree.error();
    const auto owner = os::is_root() ? std::optional(sandbox::build_owner()) : std::nullopt;
    const std::string place = workplace.build + "/source";
    TRY(run.store.place(
        *tree, place, backwards ? store::Placement::writable_backwards : store::Placement::writable, owner));
    return patch_source(run.action, run.store, place);
}

sandbox::RunLimits run_limits(const ActionRun& run, bool observed) {
    sandbox::RunLimits limits;
    limits.timeout = std::chrono::seconds(run.action.limits.timeout_seconds);
    if (observed && !run.observe)
        limits.timeout = std::min<std::chrono::milliseconds>(limits.timeout, quick_again);
    limits.silence = std::chrono::seconds(run.action.limits.silence_seconds);
    limits.interrupted = run.interrupted;
    return limits;
}

ActionEnd failed(core::Finding finding) {
    ActionEnd end;
    end.kind = ActionEnd::Kind::failed;
    end.finding = std::move(finding);
    return end;
}

// Nothing can be sealed on this machine: one finding for the run, not one per action.
ActionEnd refused(const Error& error) {
    ActionEnd end;
    end.kind = ActionEnd::Kind::refused;
    end.finding = core::finding_from(core::Stage::build, "", error);
    return end;
}

core::Finding not_storable(const core::PlannedAction& action, const Error& error) {
    auto finding = core::finding_from(core::Stage::build, action.target, error);
    finding.message = "the output of '" + action.target + "' cannot be stored: " + error.message;
    if (!finding.where) finding.where = action.where;
    return finding;
}

// How the run went, when it began, and whether its result is kept.
struct Ran {
    const sandbox::RunResult& result;
    std::int64_t started;  // seconds since 1970
    bool keep;
};

Result<store::ResultRow> result_row(const ActionRun& run, const Ran& ran, const Digest& tree,
                                    std::vector<core::StorePath> references) {
    store::ResultRow row;
    row.action = run.key;
    row.output = run.action.output;
    row.tree = tree;
    row.references = std::move(references);
    row.level = ran.result.level;
    row.duration_ms = ran.result.duration.count();
    if (!ran.keep) return row;
    if (run.only_commits) run.only_commits();
    auto record = run.record;
    record.level = row.level;
    record.started = ran.started;
    record.duration_ms = row.duration_ms;
    TRY(run.store.commit_result(row, encode(record)));
    return row;
}

// Takes what the build left in $out into the store.
Result<ActionEnd> collect(const ActionRun& run, const Workplace& workplace, const Ran& ran,
                          const LogFile& log) {
    ActionEnd end;
    if (kind_of(run.action) == ActionKind::formatter) {
        TRY_ASSIGN(auto formatted, changes_of(run.action, run.store, workplace.build + "/source"));
        if (!formatted.changed.empty() || formatted.lost) {
            end = failed(unformatted_finding(run.action, formatted));
            end.formatted = std::move(formatted.changed);
            return end;
        }
    }
    if (!has_output(run.action)) {
        TRY_ASSIGN(const Digest nothing, run.store.add_directory({}));
        TRY_ASSIGN(end.row, result_row(run, ran, nothing, {}));
        return end;
    }
    if (::chmod(workplace.output.c_str(), 0755) != 0)
        return os::system_error("open", workplace.output, errno);
    TRY_ASSIGN(const auto names, os::list_directory(workplace.output));
    if (names.empty()) return failed(missing_output_finding(run.action, log.tail()));

    auto candidates = run.closure;
    candidates.push_back(run.action.output);
    TRY_ASSIGN(auto references, scan_references(workplace.output, candidates));
    const auto tree = run.store.import_tree(workplace.output);
    if (!tree && tree.error().code == "output-not-allowed")
        return failed(not_storable(run.action, tree.error()));
    if (!tree) return tree.error();
    TRY_ASSIGN(end.row, result_row(run, ran, *tree, std::move(references)));
    return end;
}

bool is_interrupted(const ActionRun& run) {
    return run.interrupted && run.interrupted();
}

ActionEnd interrupted_end() {
    ActionEnd end;
    end.kind = ActionEnd::Kind::interrupted;
    return end;
}

// What who explains a failure may look at, the files of the build as it left them among it.
Surroundings surroundings_of(const ActionRun& run, const Workplace& workplace) {
    Surroundings around;
    around.path = run.machine_path;
    around.look = look_below(path::normalise(workplace.build) + (run.action.recipe.source ? "/source" : ""));
    around.real_path = [&run](const core::StorePath& path) { return run.store.real_path(path); };
    around.contract_directory = run.contract_directory;
    return around;
}

bool succeeded(const sandbox::RunResult& result) {
    return result.end == sandbox::RunResult::End::exited && result.status == 0;
}

Result<ActionEnd> make(const ActionRun& run, const Attempt& attempt);

// Of a build that has just failed: what it does in a second run, watched.
std::optional<ActionEnd> observed_end(const ActionRun& run, const Perturbation& circumstances,
                                      const sandbox::RunResult& result) {
    using End = sandbox::RunResult::End;
    const bool ended_itself = result.end == End::exited || result.end == End::signalled;
    if (!run.observe && (!ended_itself || result.duration >= quick)) return std::nullopt;
    auto end = make(run, {circumstances, {}, false, true});
    // It only adds to what is known already; a full disk meets the next action as well.
    if (!end || !end->observation) return std::nullopt;
    return std::move(*end);
}

ActionEnd explained_failure(const ActionRun& run, const Attempt& attempt, const Workplace& workplace,
                            sandbox::RunResult result, const LogFile& log) {
    auto again = observed_end(run, attempt.circumstances, result);
    if (again) result.observation = std::move(again->observation);
    auto finding = failure_finding(run.action, result, log.tail(), surroundings_of(run, workplace));
    if (again && again->kind == ActionEnd::Kind::succeeded)
        finding.evidence.push_back(
            {"again",
             "a second run of it, made to see why, ended well: it depends on something "
             "that changes from run to run",
             {}});
    return failed(std::move(finding));
}

ActionEnd watched_end(sandbox::RunResult result) {
    ActionEnd end;
    end.kind = succeeded(result) ? ActionEnd::Kind::succeeded : ActionEnd::Kind::failed;
    end.observation = std::move(result.observation);
    return end;
}

Result<ActionEnd> run_sealed(const ActionRun& run, const Attempt& attempt, const Workplace& workplace,
                             LogFile& log) {
    auto setup = sandbox::sealed_setup(sandbox_request(
        run.action, run.closure, [&](const core::StorePath& path) { return run.store.real_path(path); },
        workplace, attempt.circumstances));
    setup.observed = attempt.observed;
    const auto started = os::now_seconds();
    auto result = sandbox::run(setup, run_limits(run, attempt.observed),
                               [&](std::string_view bytes) { log.write(bytes); });
    if (!result) {
        TRY(log.finish("could not be started: " + harmless(result.error().message)));
        if (result.error().code == "namespaces-refused") return refused(result.error());
        return failed(unstarted_finding(run.action, result.error(), surroundings_of(run, workplace)));
    }
    if (result->level > run.action.recipe.least_level)
        throw InternalError("the sandbox ran '" + run.action.target + "' less sealed than it was asked to");
    TRY(log.finish("it " + describe_end(*result, run.action.limits) + " after " +
                   std::to_string(result->duration.count()) + " ms"));
    if (attempt.observed) return watched_end(std::move(*result));
    auto end = succeeded(*result)    ? collect(run, workplace, {*result, started, attempt.keep}, log)
               : is_interrupted(run) ? Result<ActionEnd>(interrupted_end())
                                     : explained_failure(run, attempt, workplace, *result, log);
    if (end) {
        end->duration_ms = result->duration.count();
        end->missing = result->missing;
    }
    return end;
}

Result<ActionEnd> make(const ActionRun& run, const Attempt& attempt) {
    const auto& circumstances = attempt.circumstances;
    TRY_ASSIGN(const auto directory, os::TemporaryDirectory::create(run.store.temporary(), "build-"));
    std::optional<os::TemporaryDirectory> elsewhere;
    if (!circumstances.folder.empty()) {
        TRY_ASSIGN(auto made, os::TemporaryDirectory::create(circumstances.folder, "contract-"));
        elsewhere.emplace(std::move(made));
    }
    TRY_ASSIGN(const auto workplace,
               prepare(directory.path(), elsewhere ? elsewhere->path() : directory.path()));
    TRY_ASSIGN(auto unusable, place_source(run, workplace, circumstances.reversed));
    if (unusable) return failed(std::move(*unusable));
    const std::string file = attempt.log.empty() ? directory.path() + "/log" : attempt.log;
    TRY_ASSIGN(auto log, LogFile::create(file, sandbox::RunLimits().output_bytes));
    return run_sealed(run, attempt, workplace, log);
}

}  // namespace

bool is_sealed_enough(const core::PlannedAction& action, const store::ResultRow& row) {
    return row.level <= action.recipe.least_level;
}

Result<ActionEnd> run_action(const ActionRun& run) {
    // Whoever holds the lock is building exactly this: wait, then look again.
    TRY_ASSIGN(const auto lock, run.store.lock_action(run.key));
    if (is_interrupted(run)) return interrupted_end();
    TRY_ASSIGN(auto row, run.store.find_result(run.key));
    if (row && is_sealed_enough(run.action, *row)) {
        ActionEnd end;
        end.row = std::move(row);
        end.cached = true;
        return end;
    }
    TRY(run.store.remember_log(run.contract_directory, run.action.target, run.key));
    const std::string log = run.store.log_file(run.key);
    auto end = make(run, {usual(run.jobs), log, true});
    (void)store::compress_log(log);  // it is as good as it is
    return end;
}

Result<ActionEnd> run_perturbed(const ActionRun& run, const Perturbation& circumstances) {
    if (is_interrupted(run)) return interrupted_end();
    return make(run, {circumstances, {}, false});
}

}  // namespace contract::build
