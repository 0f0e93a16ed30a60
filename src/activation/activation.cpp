// SPDX-License-Identifier: Apache-2.0
#include "contract/activation/activation.hpp"

#include <algorithm>
#include <chrono>

#include "compare_root.hpp"
#include "contract/base/text.hpp"
#include "host_check.hpp"
#include "machines.hpp"
#include "units.hpp"

namespace contract::activation {

namespace {

using core::Outcome;

std::int64_t now_ms() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

template <typename Function>
void timed(HostCheck& check, const Function& function) {
    const std::int64_t begin = now_ms();
    function();
    check.outcome.duration_ms += now_ms() - begin;
}

std::set<std::string> unavailable_targets(const Request& request) {
    std::set<std::string> unavailable(request.blocked.begin(), request.blocked.end());
    for (const auto& unplanned : request.plan.unplanned) unavailable.insert(unplanned.target);
    return unavailable;
}

void verify_units(std::vector<HostCheck>& checks, const Request& request, const BuiltOutputs& outputs,
                  UnitVerifier& verifier) {
    for (auto& check : checks) {
        if (!check.is_tried || !check.has_units()) continue;
        const auto analyser = verifier.analyser_for(check.planned->root, outputs);
        if (!analyser) {
            check.reasons.emplace_back("its units were not verified: systemd-analyze is not on this machine");
            continue;
        }
        if (check.outcome.cached) continue;
        timed(check, [&] {
            auto findings = verifier.verify(*check.planned, *analyser, request.store.temporary());
            // What refuses to seal this refuses the rehearsal too, which says so once for all hosts.
            if (!findings && findings.error().code == "namespaces-refused") return;
            if (!findings) return check.add_unknown(findings.error());
            for (auto& finding : *findings) check.findings.push_back(std::move(finding));
        });
    }
}

// Nothing was sealed, so nothing was rehearsed: one finding, and every host is unknown.
core::Finding cannot_seal(const std::vector<HostCheck*>& checks, const Error& error) {
    auto finding = core::finding_from(core::Stage::activation, {}, error);
    const bool own_page = error.code == "namespaces-refused" || error.code == "rehearsal-failed";
    if (!own_page) finding.code = "activation.system";
    for (auto* check : checks) {
        check->unknown.push_back("it was not rehearsed: " + error.message);
        finding.blocks.push_back(check->planned->target);
    }
    return finding;
}

// All in one sealed process.
void rehearse_all(std::vector<HostCheck>& checks, const Request& request, const BuiltOutputs& outputs,
                  std::vector<core::Finding>& findings) {
    std::vector<HostCheck*> rehearsed;
    std::vector<RehearsalRequest> requests;
    std::map<std::string, std::string> places;
    for (auto& check : checks) {
        if (!check.is_rehearsed) continue;
        if (const auto wanted = wanted_for(check, outputs); !wanted) {
            check.add_unknown(wanted.error());
            continue;
        }
        rehearsed.push_back(&check);
        requests.push_back(rehearsal_request(check, outputs, places));
    }
    if (requests.empty()) return;
    std::vector<sandbox::Request::Mount> mounts;
    for (const auto& [inside, source] : places) mounts.push_back({source, inside, false});
    const std::int64_t begin = now_ms();
    const auto rehearsals = rehearse_sealed(request.store, requests, mounts);
    const std::int64_t share = (now_ms() - begin) / static_cast<std::int64_t>(requests.size());
    for (std::size_t i = 0; rehearsals && i < rehearsed.size(); ++i) {
        take_rehearsal(*rehearsed[i], (*rehearsals)[i]);
        rehearsed[i]->outcome.duration_ms += share;
    }
    if (!rehearsals) findings.push_back(cannot_seal(rehearsed, rehearsals.error()));
}

// Hosts that evaluation could not plan: what it said of them holds here too.
void add_unplanned(const Request& request, core::StageResult& result) {
    const core::Plan& plan = request.plan;
    for (const auto& unplanned : plan.unplanned) {
        const bool is_planned = std::any_of(plan.hosts.begin(), plan.hosts.end(), [&](const auto& host) {
            return host.target == unplanned.target;
        });
        if (!unplanned.target.starts_with("hosts.") || is_planned) continue;
        core::TargetOutcome outcome;
        outcome.target = unplanned.target;
        if (is_skipped(request, outcome)) {
            result.targets.push_back(std::move(outcome));
            continue;
        }
        outcome.outcome = Outcome::blocked;
        outcome.blocked_by = unplanned.blocked_by;
        if (unplanned.outcome == Outcome::failed) outcome.blocked_by = {unplanned.target};
        if (unplanned.outcome == Outcome::not_applicable) {
            outcome.outcome = Outcome::not_applicable;
            outcome.reason = unplanned.reason;
        }
        result.targets.push_back(std::move(outcome));
    }
}

// When nothing of the machine can be looked at, no host can.
core::StageResult nothing_known(const Request& request, const Error& error) {
    core::StageResult result;
    result.findings.push_back(core::finding_from(core::Stage::activation, {}, error));
    for (const auto& host : request.plan.hosts) {
        core::TargetOutcome outcome;
        outcome.target = host.target;
        outcome.outcome = Outcome::unknown;
        outcome.reason = error.message;
        result.targets.push_back(std::move(outcome));
    }
    return result;
}

// A root that cannot be looked at says nothing about its host, and what was found without it says less.
HostCheck begin(const core::PlannedHost& host, const Request& request,
                const std::set<std::string>& unavailable, const BuiltOutputs& outputs, Machines& machines,
                const Accounts& compared) {
    const auto machine = machines.of(host);
    auto check =
        begin_check(host, request, unavailable, outputs, machine ? **machine : machines.here(), compared);
    if (machine || !check.is_tried) return check;
    check.findings.clear();
    check.add_unknown(machine.error());
    check.is_rehearsed = false;
    return check;
}

}  // namespace

core::StageResult activate_check(const Request& request) {
    const BuiltOutputs outputs(request.outputs);
    auto machines = Machines::open(outputs);
    if (!machines) return nothing_known(request, machines.error());
    UnitVerifier verifier;
    const auto unavailable = unavailable_targets(request);
    Accounts compared;
    if (!request.compare_root.empty())
        if (auto accounts = accounts_of(request.compare_root)) compared = std::move(accounts).value();

    core::StageResult result;
    std::vector<HostCheck> checks;
    for (const auto& host : request.plan.hosts)
        checks.push_back(begin(host, request, unavailable, outputs, *machines, compared));
    for (auto& check : checks) {
        if (!check.is_rehearsed) continue;
        const auto machine = machines->of(*check.planned);
        const auto analyser = verifier.analyser_for(check.planned->root, outputs);
        timed(check,
              [&] { look_up(check, request, outputs, **machine, analyser ? analyser->identity : "none"); });
    }
    verify_units(checks, request, outputs, verifier);
    rehearse_all(checks, request, outputs, result.findings);
    for (auto& check : checks) {
        if (check.is_tried && !request.compare_root.empty())
            timed(check, [&] { take_comparison(check, outputs, request.compare_root); });
        finish_check(check, request.store);
        for (auto& finding : check.findings) result.findings.push_back(std::move(finding));
        result.targets.push_back(std::move(check.outcome));
    }
    add_unplanned(request, result);
    std::sort(result.targets.begin(), result.targets.end(),
              [](const auto& a, const auto& b) { return a.target < b.target; });
    return result;
}

}  // namespace contract::activation
