// SPDX-License-Identifier: Apache-2.0
//
// The stage: who is probed at all, then every probe in parallel, each attempt by attempt. Results are
// gathered by index, so the report does not depend on which answer came first.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

#include "claims/telling.hpp"
#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/core/probe_kinds.hpp"
#include "observe/kinds.hpp"
#include "observe/observer.hpp"
#include "selection.hpp"

namespace contract::runtime {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_threads = 64;  // they wait for sockets and processes, not for a processor

struct ProbeResult {
    core::TargetOutcome outcome;
    std::optional<core::Finding> finding;
};

std::int64_t since_ms(Clock::time_point started) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started).count();
}

class Prober {
public:
    Prober(const Request& request, Observer* observer, std::string observer_error)
        : request_(request), observer_(observer), observer_error_(std::move(observer_error)) {}

    ProbeResult run(const core::PlannedProbe& probe) const {
        ProbeResult result;
        result.outcome.target = probe.target;
        const auto* kind = core::find_probe_kind(probe.kind);
        if (kind == nullptr) throw InternalError("a probe of unknown kind '" + probe.kind + "' was planned");
        if (kind->needs_trust && request_.trust == Trust::untrusted) {
            result.outcome.outcome = core::Outcome::unknown;
            result.outcome.reason = "not trusted";
            result.finding = not_trusted(probe);
            return result;
        }
        const Expectation expectation(probe.expect);
        Observation observation = observation_of(probe, request_);
        observation.wanted = expectation.used();
        const auto started = Clock::now();
        Facts facts;
        Verdict verdict;
        Attempted attempted;
        for (attempted.attempts = 1;; ++attempted.attempts) {
            facts = look(probe, observation);
            verdict = expectation.judge(facts);
            if (verdict.kind == Verdict::Kind::holds || !facts.can_change) break;
            if (attempted.attempts >= probe.attempts) break;
            std::this_thread::sleep_for(std::chrono::milliseconds(probe.interval_ms));
        }
        attempted.duration_ms = result.outcome.duration_ms = since_ms(started);
        conclude(probe, expectation, facts, verdict, attempted, result);
        return result;
    }

private:
    Facts look(const core::PlannedProbe& probe, const Observation& observation) const {
        if (probe.kind == "env") return observe_env(observation);
        if (probe.kind == "command") {
            if (auto why = cannot_run(probe, request_)) {
                Facts facts = all_unknown(observation, why->reason, why->help);
                facts.can_change = false;
                return facts;
            }
            return observe_command(observation, real_paths(probe, request_), request_.contract_directory);
        }
        if (observer_ == nullptr) return all_unknown(observation, observer_error_);
        return observer_->observe(observation);
    }

    static void conclude(const core::PlannedProbe& probe, const Expectation& expectation, const Facts& facts,
                         const Verdict& verdict, const Attempted& attempted, ProbeResult& result) {
        const bool warning = probe.severity == core::Severity::warning;
        switch (verdict.kind) {
            case Verdict::Kind::holds: return;
            case Verdict::Kind::fails:
                result.outcome.outcome = warning ? core::Outcome::passed : core::Outcome::failed;
                result.finding = expectation_failed(probe, expectation, facts, verdict, attempted);
                return;
            case Verdict::Kind::error:
                result.outcome.outcome = core::Outcome::unknown;
                result.outcome.reason = "the expectation could not be evaluated";
                result.finding = expectation_error(probe, expectation, facts, verdict);
                return;
            case Verdict::Kind::unknown:
                result.outcome.outcome = core::Outcome::unknown;
                result.finding = facts_unknown(probe, expectation, facts, attempted, result.outcome.reason);
                return;
        }
    }

    const Request& request_;
    Observer* observer_;
    std::string observer_error_;
};

// Works the list off with several threads, the calling one among them. What one of them throws is thrown
// again here once all have ended.
void run_all(const Prober& prober, const std::vector<const core::PlannedProbe*>& probes,
             std::vector<ProbeResult>& results) {
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::exception_ptr thrown;
    const auto work = [&] {
        for (std::size_t i = next++; i < probes.size(); i = next++) {
            try {
                results[i] = prober.run(*probes[i]);
            } catch (...) {
                const std::lock_guard lock(mutex);
                thrown = std::current_exception();
            }
        }
    };
    std::vector<std::thread> threads;
    try {
        while (threads.size() + 1 < std::min(probes.size(), most_threads)) threads.emplace_back(work);
    } catch (const std::system_error&) {
        // Fewer threads than wished for: slower, not wrong.
    }
    work();
    for (auto& thread : threads) thread.join();
    if (thrown) std::rethrow_exception(thrown);
}

bool needs_observer(const core::PlannedProbe* probe) {
    return probe->kind != "env" && probe->kind != "command";
}

}  // namespace

core::StageResult probe(const Request& request) {
    core::StageResult out;
    std::vector<const core::PlannedProbe*> probes;
    for (const auto& planned : request.plan.probes) {
        if (auto settled = settled_before(planned, request)) {
            out.targets.push_back(std::move(*settled));
        } else {
            probes.push_back(&planned);
        }
    }
    for (const auto& unplanned : request.plan.unplanned)
        if (unplanned.target.starts_with("probes.")) out.targets.push_back(settled(unplanned, request));

    std::unique_ptr<Observer> observer;
    std::string observer_error;
    if (std::any_of(probes.begin(), probes.end(), needs_observer)) {
        auto started = Observer::start();
        if (started) {
            observer = std::move(*started);
        } else {
            observer_error = started.error().message;
        }
    }
    std::vector<ProbeResult> results(probes.size());
    run_all(Prober(request, observer.get(), observer_error), probes, results);
    for (auto& result : results) {
        out.targets.push_back(std::move(result.outcome));
        if (result.finding) out.findings.push_back(std::move(*result.finding));
    }
    std::sort(out.targets.begin(), out.targets.end(),
              [](const auto& a, const auto& b) { return a.target < b.target; });
    return out;
}

}  // namespace contract::runtime
