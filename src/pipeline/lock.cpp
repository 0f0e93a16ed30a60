// SPDX-License-Identifier: Apache-2.0
#include "contract/pipeline/lock.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/inputs/inputs.hpp"
#include "contract/manifest/lock_file.hpp"
#include "contract/manifest/manifest_file.hpp"
#include "contract/os/file.hpp"
#include "contract/os/lock.hpp"
#include "contract/pipeline/configuration.hpp"
#include "contract/pipeline/load.hpp"
#include "contract/store/store.hpp"
#include "flatten_inputs.hpp"

namespace contract::pipeline {

namespace {

// Resolving talks to the world outside, as fetching does: its findings are of the build stage.
core::Finding input_finding(const core::Input& input, const Error& error) {
    auto finding = core::finding_from(core::Stage::build, "inputs." + input.name.value, error);
    if (!finding.where) finding.where = input.where;
    return finding;
}

std::vector<std::string> strangers_in(const std::vector<std::string>& names, const core::Manifest& manifest) {
    std::vector<std::string> strangers;
    for (const auto& name : names) {
        const bool known = std::any_of(
            manifest.inputs.begin(), manifest.inputs.end(),
            [&](const auto& input) { return input.name.value == name && core::want_of(input).has_value(); });
        if (!known) strangers.push_back(name);
    }
    return strangers;
}

bool moves(const std::string& name, const LockRequest& request) {
    const auto& names = request.names;
    return request.update && (names.empty() || std::find(names.begin(), names.end(), name) != names.end());
}

bool keeps_pin(const core::LockedInput* old, const core::Want& want, const LockRequest& request,
               const core::Texts& systems) {
    if (old == nullptr || core::source_of(old->want) != core::source_of(want)) return false;
    return core::covers(old->pin, systems) && !moves(old->name, request);
}

// One input that is resolved, and what became of it.
struct Task {
    const core::Input& input;
    core::Want want;
    const core::LockedInput* old = nullptr;
    std::optional<Result<core::Pin>> pin;
};

struct Work {
    const LockRequest& request;
    const core::Manifest& manifest;
    const core::Lock& old;
    const inputs::Context& context;
    LockResult& result;
    std::vector<Task> tasks;
    core::Lock next;
};

inputs::Wish wish_for(const core::Pin* before, const core::ContractHeader& header) {
    inputs::Wish wish;
    for (const auto& system : header.systems)
        if (core::has_roots(system.value)) wish.systems.push_back(system.value);
    wish.min_age_seconds = header.min_age_seconds;
    wish.before = before;
    return wish;
}

std::string suites_of(const core::Want& want) {
    const auto found = want.find("suites");
    return found == want.end() ? "" : core::toml_text(found->second);
}

void resolve(Task& task, const Work& work, std::mutex& telling) {
    using Kind = FetchProgress::Kind;
    inputs::Context context = work.context;
    const auto tell = [&](Kind kind, const std::string& url, std::uint64_t got,
                          std::optional<std::uint64_t> total) {
        if (!work.request.progress) return;
        const std::lock_guard held(telling);
        work.request.progress({task.input.name.value, url, got, total, kind});
    };
    context.progress = [&](const std::string& url, std::uint64_t got, std::optional<std::uint64_t> total) {
        tell(Kind::fetching, url, got, total);
    };
    tell(Kind::started, {}, 0, {});
    auto wish = wish_for(task.old == nullptr ? nullptr : &task.old->pin, work.manifest.contract);
    // A suite has its own dates: those of others say nothing about how old this one may be.
    if (task.old != nullptr && suites_of(task.old->want) != suites_of(task.want)) wish.before = nullptr;
    if (task.input.min_age_seconds) wish.min_age_seconds = task.input.min_age_seconds;
    try {
        task.pin = inputs::resolve(task.input, context, wish);
    } catch (const InternalError& broken) {
        task.pin = Error{
            "internal", std::string("contract itself failed: ") + broken.what(), Blame::internal, {}, {}, {}};
    }
    tell(Kind::finished, {}, 0, {});
}

// Waiting for servers is most of the work, so several are asked at once.
void resolve_all(Work& work) {
    std::mutex telling;
    std::atomic<std::size_t> next{0};
    const auto take_tasks = [&] {
        for (std::size_t index = next++; index < work.tasks.size(); index = next++)
            resolve(work.tasks[index], work, telling);
    };
    std::vector<std::thread> threads;
    const std::size_t wanted = std::min<std::size_t>(std::max(work.request.jobs, 1U), work.tasks.size());
    for (std::size_t i = 1; i < wanted; ++i) threads.emplace_back(take_tasks);
    take_tasks();
    for (auto& thread : threads) thread.join();
}

void plan_tasks(Work& work) {
    for (const auto& input : work.manifest.inputs) {
        const auto want = core::want_of(input);
        if (!want) continue;
        const auto* old = work.old.find(input.name.value);
        if (keeps_pin(old, *want, work.request, work.manifest.contract.systems))
            work.next.inputs.push_back({old->name, *want, old->pin, {}});
        else
            work.tasks.push_back({input, *want, old, {}});
    }
}

void take_results(Work& work) {
    for (auto& task : work.tasks) {
        const std::string& name = task.input.name.value;
        auto& pin = *task.pin;
        if (!pin) {
            work.result.findings.push_back(input_finding(task.input, pin.error()));
            if (task.old != nullptr) work.next.inputs.push_back(*task.old);
            continue;
        }
        work.next.inputs.push_back({name, std::move(task.want), std::move(*pin), {}});
    }
}

// What inputs of inputs need, when all of ours have their pins.
void flatten(const core::Manifest& manifest, Work& work) {
    auto flat = flatten_inputs(
        {manifest, work.old, work.context, [&](const std::string& name) { return moves(name, work.request); },
         [&](const core::Pin* before) { return wish_for(before, manifest.contract); }},
        work.next);
    auto& result = work.result;
    result.findings.insert(result.findings.end(), flat.findings.begin(), flat.findings.end());
    result.sources.insert(flat.sources.begin(), flat.sources.end());
}

std::vector<std::string> details_of(const core::LockedInput& old, const core::LockedInput& next,
                                    const Work& work) {
    const auto& inputs = work.manifest.inputs;
    const auto ours = std::find_if(inputs.begin(), inputs.end(),
                                   [&](const auto& input) { return input.name.value == next.name; });
    if (ours == inputs.end()) return {};
    return inputs::differences(*ours, old.pin, next.pin, work.context);
}

void note_changes(Work& work) {
    auto& changes = work.result.changes;
    for (const auto& next : work.next.inputs) {
        const auto* old = work.old.find(next.name);
        if (old == nullptr)
            changes.push_back({PinChange::Kind::added, next.name, {}, next.pin, {}});
        else if (old->pin != next.pin)
            changes.push_back(
                {PinChange::Kind::moved, next.name, old->pin, next.pin, details_of(*old, next, work)});
    }
    for (const auto& old : work.old.inputs)
        if (work.next.find(old.name) == nullptr)
            changes.push_back({PinChange::Kind::removed, old.name, old.pin, {}, {}});
}

Result<> write(const std::string& directory, const core::Lock& lock, LockResult& result) {
    const std::string path = path::join(directory, lock_name);
    const std::string text = manifest::write_lock(lock);
    TRY_ASSIGN(const auto before, os::read_file_if_any(path, manifest::largest_file));
    if (before == text) return {};
    // A lock without a pin, made because every input failed, would say that there is something to commit.
    if (lock.inputs.empty() && !before && !result.findings.empty()) return {};
    TRY(os::replace_file(path, text));
    result.written = true;
    return {};
}

// Two at once would each write a lock without the pins of the other.
Result<os::FileLock> take_guard(const store::Store& store, const std::string& directory) {
    const std::string guard =
        path::join(store.temporary(), "lock-" + Digest::of(directory).hex().substr(0, 16));
    auto held = os::FileLock::take(guard, os::FileLock::Wait::no);
    if (held || held.error().code != "locked") return held;
    return Error{"locked",
                 "another `contract lock` or `contract update` is at work on '" +
                     harmless(path::join(directory, lock_name)) + "'",
                 Blame::environment,
                 {},
                 {},
                 {"run the command again once it has ended"}};
}

Result<> lock_under_lock(const LockRequest& request, LockResult& result) {
    TRY_ASSIGN(auto store, store::Store::open(request.home));
    TRY_ASSIGN(const auto held, take_guard(store, request.directory));
    const auto loaded = load(request.directory);
    result.findings = loaded.findings;
    result.sources = loaded.manifest.sources;
    // A lock that cannot be read or does not parse is not overwritten: it may hold one side of a merge.
    if (!loaded.usable || !loaded.lock_usable) return {};
    result.strangers = strangers_in(request.names, loaded.manifest);
    if (!result.strangers.empty()) return {};

    const auto configuration = load_configuration();
    result.findings.insert(result.findings.end(), configuration.findings.begin(),
                           configuration.findings.end());
    result.sources.insert(configuration.sources.begin(), configuration.sources.end());
    if (!configuration.findings.empty()) return {};

    const core::Lock old = loaded.lock.value_or(core::Lock{});
    inputs::Context context{store, request.directory, request.offline};
    context.configuration = configuration.configuration;
    context.jobs = request.jobs;
    context.interrupted = request.interrupted;
    Work work{request, loaded.manifest, old, context, result, {}, {}};
    plan_tasks(work);
    resolve_all(work);
    result.interrupted = request.interrupted && request.interrupted();
    if (result.interrupted) return {};
    take_results(work);
    // An input whose table has mistakes keeps its pin until the table is right.
    for (const auto& broken : loaded.manifest.broken)
        if (broken.starts_with("inputs."))
            if (const auto* kept = old.find(broken.substr(7))) work.next.inputs.push_back(*kept);
    flatten(loaded.manifest, work);
    note_changes(work);
    const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
    std::sort(work.next.inputs.begin(), work.next.inputs.end(), by_name);
    std::sort(result.changes.begin(), result.changes.end(), by_name);
    return write(request.directory, work.next, result);
}

}  // namespace

LockResult lock(const LockRequest& request) {
    LockResult result;
    if (const auto done = lock_under_lock(request, result); !done)
        result.findings.push_back(core::finding_from(core::Stage::build, "", done.error()));
    return result;
}

}  // namespace contract::pipeline
