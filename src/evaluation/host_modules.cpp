// SPDX-License-Identifier: Apache-2.0
#include "host_modules.hpp"

#include <algorithm>

#include "contract/base/text.hpp"
#include "references.hpp"
#include "standing.hpp"

namespace contract::evaluation {

struct HostModules::Shared {
    ModuleSet set;
    std::unique_ptr<HostRun> run;  // of what does not differ between hosts; made when first needed
    bool usable = true;
    std::vector<std::size_t> needs;
    std::vector<std::string> told;  // what was reported of all its hosts
};

// What expressions in modules see of the contracts around them.
class HostModules::World final : public Surroundings {
public:
    explicit World(State& state) : state_(state) {}

    const expression::Types& types(std::size_t scope) const override { return state_.scopes[scope].types; }
    const expression::Variables& variables(std::size_t scope) const override {
        return state_.scopes[scope].values;
    }
    const Sources& sources() const override { return state_.sources; }

    std::vector<std::size_t> needs(const expression::Program& program, std::size_t scope, const Span& literal,
                                   std::size_t offset, Reports& reports) override {
        std::vector<std::size_t> out;
        for (const auto& named : names_in(state_, scope, program)) {
            if (named.target)
                out.push_back(*named.target);
            else
                reports
                    .error(named.code, named.message,
                           state_.place(literal, offset + named.begin, offset + named.end))
                    .help = named.help;
        }
        return out;
    }

    std::vector<std::string> unusable(const std::vector<std::size_t>& needs) const override {
        std::vector<std::string> out;
        for (const std::size_t need : needs) {
            const Target& target = state_.targets[need];
            if (target.usable()) continue;
            if (target.failed || target.blocked_by.empty())
                out.push_back(target.name);
            else
                out.insert(out.end(), target.blocked_by.begin(), target.blocked_by.end());
        }
        return out;
    }

private:
    State& state_;
};

HostModules::HostModules(State& state)
    : state_(state), loader_(state), world_(std::make_unique<World>(state)) {}
HostModules::~HostModules() = default;

void HostModules::report(std::size_t target, Reports& reports, std::vector<std::string>* common) {
    Target& host = state_.targets[target];
    for (auto& finding : reports.take()) {
        if (finding.severity == core::Severity::error) host.failed = true;
        const Span where = finding.where.value_or(Span{});
        const std::string key = finding.code + '\n' + where.file.text() + '\n' +
                                std::to_string(where.begin_byte) + '\n' + finding.message;
        if (common != nullptr) common->push_back(key);
        if (const auto found = told_.find(key); found != told_.end()) {
            if (found->second.finding->target != host.name) found->second.hosts.push_back(host.name);
            continue;
        }
        finding.target = host.name;
        told_.emplace(key, Told{&state_.add(std::move(finding)), {}});
    }
}

void HostModules::compile(std::size_t target, const std::vector<const core::Host*>& tables,
                          const std::string& host_class) {
    auto& shared = shared_[tables];
    if (!shared) {
        shared = std::make_unique<Shared>();
        Reports reports;
        auto loaded = loader_.load(tables, host_class, reports);
        shared->set = compile_modules(std::move(loaded.modules), *world_, loaded.incomplete);
        state_.secrets.insert(state_.secrets.end(), shared->set.secrets.begin(), shared->set.secrets.end());
        shared->usable = shared->set.usable && !reports.has_error();
        report(target, reports, &shared->told);
        report(target, shared->set.reports, &shared->told);
        for (const Expression& expression : shared->set.expressions)
            shared->needs.insert(shared->needs.end(), expression.needs.begin(), expression.needs.end());
        std::sort(shared->needs.begin(), shared->needs.end());
        shared->needs.erase(std::unique(shared->needs.begin(), shared->needs.end()), shared->needs.end());
    }
    of_target_[target] = shared.get();
    if (!shared->usable) state_.targets[target].failed = true;
    for (const std::size_t need : shared->needs)
        state_.targets[target].needs.push_back({need, nullptr, 0, 0, true});
}

std::unique_ptr<HostRun> HostModules::decide(std::size_t target, const HostFacts& facts) {
    Shared& shared = *of_target_.at(target);
    if (!shared.run) {
        shared.run = std::make_unique<HostRun>(shared.set, *world_);
        if (!shared.set.incomplete) shared.run->decide();
        report(target, shared.run->reports(), &shared.told);
    }
    // What is missing would decide otherwise: whatever were said of values now could be no mistake at all.
    if (shared.set.incomplete) {
        state_.targets[target].failed = true;
        return std::make_unique<HostRun>(*shared.run, facts);
    }
    auto run = std::make_unique<HostRun>(*shared.run, facts);
    run->decide();
    report(target, run->reports(), nullptr);
    Target& host = state_.targets[target];
    if (run->failed()) host.failed = true;
    lints_.look_at(*run);
    ++decided_;
    const auto blocked = run->blocked_by();
    if (!host.failed) host.blocked_by.insert(host.blocked_by.end(), blocked.begin(), blocked.end());
    sort_unique(host.blocked_by);
    return run;
}

std::vector<std::string> HostModules::needs_of(std::size_t target, const HostRun& run) const {
    std::vector<std::string> names;
    for (const Need& need : state_.targets[target].needs)  // its root
        if (!need.only_before) names.push_back(state_.targets[need.target].name);
    const ModuleSet& set = of_target_.at(target)->set;
    for (const ExpressionIndex index : run.used()) {
        for (const std::size_t need : set.expressions[index].needs) {
            const TargetKind kind = state_.targets[need].kind;
            if (kind == TargetKind::package || kind == TargetKind::input)
                names.push_back(state_.targets[need].name);
        }
    }
    sort_unique(names);
    return names;
}

void HostModules::warn(std::size_t target, std::string_view code, std::string message, const Span& where,
                       std::string help) {
    Reports reports;
    reports.warning(code, std::move(message), where).help.push_back(std::move(help));
    report(target, reports, nullptr);
}

void HostModules::lint() {
    for (const Target& target : state_.targets)
        if (target.kind == TargetKind::host && (target.failed || !target.blocked_by.empty())) return;
    for (const auto& entry : shared_) lints_.look_at(entry.second->set);
    for (auto& finding : lints_.findings(decided_ == state_.hosts.size())) state_.add(std::move(finding));
    for (const auto* disable : loader_.idle_disables())
        state_
            .warn("", "idle-disable",
                  "'" + harmless(disable->value) + "' is imported by no host that disables it",
                  disable->where)
            .help.emplace_back("remove it, or correct the name: a module is disabled by the file it is");
}

void HostModules::name_hosts() {
    constexpr std::size_t most_named = 8;
    for (const auto& [target, shared] : of_target_) {
        const std::string& host = state_.targets[target].name;
        for (const std::string& key : shared->told) {
            Told& told = told_.at(key);
            if (told.finding->target != host) told.hosts.push_back(host);
        }
    }
    for (auto& entry : told_) {
        Told& told = entry.second;
        if (told.hosts.empty()) continue;
        sort_unique(told.hosts);
        std::vector<std::string> shown(
            told.hosts.begin(),
            told.hosts.begin() + static_cast<std::ptrdiff_t>(std::min(told.hosts.size(), most_named)));
        std::string text = join(shown, ", ");
        if (told.hosts.size() > most_named)
            text += " and " + std::to_string(told.hosts.size() - most_named) + " more";
        told.finding->evidence.push_back({"also", text, {}});
    }
}

}  // namespace contract::evaluation
