// SPDX-License-Identifier: Apache-2.0
#include "host_check.hpp"

#include <algorithm>

#include "check_generation.hpp"
#include "compare_root.hpp"
#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "encoding.hpp"

namespace contract::activation {

namespace {

using core::Outcome;

// Part of every key: changes whenever a rehearsal or a check would try something else.
constexpr std::string_view engine_version = "2";
constexpr std::string_view cache_kind = "rehearsal";

KnownAccounts accounts_for(const core::PlannedHost& host, const Machine& machine, const Accounts& compared) {
    KnownAccounts accounts = known_accounts(host.generation);
    if (machine.is_in(host.root, "/etc/passwd")) accounts.add(machine.tree().accounts());
    accounts.add(compared);
    return accounts;
}

std::string key_of(const HostCheck& check, const BuiltOutputs& outputs, const std::string& verifier) {
    Writer key;
    key.text(engine_version).text(check.outcome.generation->hex()).text(check.planned->host_class);
    key.text(Digest::of(encode(check.base)).hex()).text(check.has_units() ? verifier : "");
    for (const auto& entry : check.planned->generation.entries)
        if (const auto* file = std::get_if<core::FileInStore>(&entry.content))
            if (const auto* output = outputs.find(file->output)) key.text(output->tree.hex());
    return Digest::of(key.bytes()).hex();
}

core::Finding rehearsal_failed(core::Finding finding, const std::vector<std::string>& failures) {
    finding.code = "activation.rehearsal-failed";
    finding.message = "the rehearsal of '" + finding.target + "' failed: " + harmless(failures.front());
    finding.blame = Blame::environment;
    for (std::size_t i = 1; i < failures.size(); ++i)
        finding.evidence.push_back({"also", harmless(failures[i]), {}});
    finding.help.emplace_back(
        "if neither a path of the host nor this machine explains it, this is a bug in contract: please "
        "report it");
    return finding;
}

}  // namespace

bool is_skipped(const Request& request, core::TargetOutcome& outcome) {
    const auto& hosts = request.hosts;
    const bool is_asked_for =
        hosts.empty() || std::any_of(hosts.begin(), hosts.end(), [&](const std::string& name) {
            return name == outcome.target || "hosts." + name == outcome.target;
        });
    if (is_asked_for) return false;
    outcome.outcome = Outcome::skipped;
    outcome.reason = "only other hosts were asked for";
    return true;
}

void HostCheck::add_unknown(const Error& error) {
    unknown.push_back(error.message);
}

HostCheck begin_check(const core::PlannedHost& host, const Request& request,
                      const std::set<std::string>& unavailable, const BuiltOutputs& outputs,
                      const Machine& machine, const Accounts& compared) {
    HostCheck check;
    check.planned = &host;
    check.outcome.target = host.target;
    check.outcome.generation = core::digest_of(host.generation);
    if (is_skipped(request, check.outcome)) return check;
    for (const auto& needed : host.depends_on)
        if (unavailable.count(needed) > 0) check.outcome.blocked_by.push_back(needed);
    if (unavailable.count(host.target) > 0) check.outcome.blocked_by.push_back(host.target);
    if (!check.outcome.blocked_by.empty()) {
        check.outcome.outcome = Outcome::blocked;
        return check;
    }
    const bool this_system = host.system == request.plan.system;
    const KnownAccounts accounts = accounts_for(host, machine, compared);
    auto checked = check_generation(host, {outputs, machine, accounts, this_system});
    check.findings = std::move(checked.findings);
    check.sound = std::move(checked.sound);
    check.is_tried = check.is_rehearsed = this_system;
    if (!this_system) {
        check.outcome.outcome = check.findings.empty() ? Outcome::not_applicable : Outcome::failed;
        check.outcome.reason = "a host for " + host.system + " cannot be rehearsed on " +
                               request.plan.system + "; only its generation was checked";
    }
    return check;
}

void look_up(HostCheck& check, const Request& request, const BuiltOutputs& outputs, Machine& machine,
             const std::string& verifier) {
    const core::PlannedHost& host = *check.planned;
    const bool is_home = host.host_class == "home";  // what the root has says nothing of a home
    for (std::size_t i = 0; i < host.generation.entries.size(); ++i) {
        const std::string& path = host.generation.entries[i].path;
        if (is_home || !check.sound[i] || !machine.is_in(host.root, path)) continue;
        if (const auto copied = machine.copy(path, check.base); !copied) {
            check.add_unknown(copied.error());
            check.is_rehearsed = false;
        }
    }
    check.key = key_of(check, outputs, verifier);
    if (!check.findings.empty() || !check.is_rehearsed) return;
    // A cache that cannot be read only costs the time of a rehearsal.
    const auto known = request.store.recall(cache_kind, check.key);
    check.outcome.cached = known && *known == "passed";
    if (check.outcome.cached) check.is_rehearsed = false;
}

Result<const std::vector<Wanted>*> wanted_for(HostCheck& check, const BuiltOutputs& outputs) {
    if (!check.wanted) {
        TRY_ASSIGN(check.wanted, wanted_of(check.planned->generation, check.sound, outputs));
    }
    return &*check.wanted;
}

RehearsalRequest rehearsal_request(const HostCheck& check, const BuiltOutputs& outputs,
                                   std::map<std::string, std::string>& mounts) {
    const bool is_home = check.planned->host_class == "home";
    RehearsalRequest request{is_home ? Base{} : skeleton(known_accounts(check.planned->generation)),
                             *check.wanted};
    // What the machine has stands before what the skeleton has, and hides what lay below it there.
    for (const auto& [place, node] : check.base) {
        request.base[place] = node;
        if (node.kind == Kind::directory) continue;
        for (auto below = request.base.lower_bound(place + "/");
             below != request.base.end() && below->first.starts_with(place + "/");)
            below = request.base.erase(below);
    }
    for (auto& wanted : request.wanted) {
        if (wanted.source.empty()) continue;
        const auto& content = check.planned->generation.entries.at(wanted.entry).content;
        const auto* output = outputs.find(std::get<core::FileInStore>(content).output);
        const auto root = os::real_path(output->real_path);
        if (!root) continue;  // it was there a moment ago: the rehearsal says what is missing
        const std::string inside = output->path.text();
        mounts[inside] = *root;
        wanted.source = inside + wanted.source.substr(root->size());
    }
    return request;
}

void take_rehearsal(HostCheck& check, const Rehearsal& rehearsal) {
    const core::PlannedHost& host = *check.planned;
    std::string where = check.base.empty() ? "in the root of the rehearsal" : "on this machine";
    if (host.root.kind == core::RootKind::tree) where = "in its root 'inputs." + host.root.input + "'";
    for (auto& finding : findings_of(host, rehearsal.problems, *check.wanted, where))
        check.findings.push_back(std::move(finding));
    for (const auto& problem : rehearsal.problems)
        if (problem.obstacle == Obstacle::unreadable)
            check.findings.push_back(rehearsal_failed(
                finding_at(host, host.generation.entries.at(check.wanted->at(problem.wanted).entry), "", ""),
                {problem.detail}));
    if (!rehearsal.failures.empty())
        check.findings.push_back(rehearsal_failed(finding_for(host, "", ""), rehearsal.failures));
}

void take_comparison(HostCheck& check, const BuiltOutputs& outputs, const std::string& directory) {
    const auto wanted = wanted_for(check, outputs);
    if (!wanted) return check.add_unknown(wanted.error());
    auto comparison = compare_root(*check.planned, **wanted, directory);
    if (!comparison) return check.add_unknown(comparison.error());
    for (auto& finding : comparison->findings) check.findings.push_back(std::move(finding));
    for (auto& reason : comparison->unreadable) check.unknown.push_back(std::move(reason));
}

void finish_check(HostCheck& check, store::Store& store) {
    if (!check.is_tried) return;
    check.outcome.outcome = Outcome::passed;
    if (!check.unknown.empty()) check.outcome.outcome = Outcome::unknown;
    if (!check.findings.empty()) check.outcome.outcome = Outcome::failed;
    auto reasons = check.unknown;
    reasons.insert(reasons.end(), check.reasons.begin(), check.reasons.end());
    check.outcome.reason = join(reasons, "; ");
    // A result that cannot be remembered only costs the time of the next rehearsal.
    if (check.is_rehearsed && check.outcome.outcome == Outcome::passed)
        static_cast<void>(store.remember(cache_kind, check.key, "passed"));
}

}  // namespace contract::activation
