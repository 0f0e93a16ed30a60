// SPDX-License-Identifier: Apache-2.0
#include "selection.hpp"

#include <algorithm>

namespace contract::pipeline {

namespace {

using Names = std::set<std::string>;

template <typename Planned>
void take_selected(const std::vector<Planned>& planned, Names& remaining, std::vector<std::string>& taken) {
    for (const auto& one : planned)
        if (remaining.erase(one.target) > 0) taken.push_back(one.target);
}

template <typename Planned>
Names needs_of(const std::vector<Planned>& planned, const std::vector<std::string>& chosen) {
    Names needs;
    for (const auto& one : planned)
        if (chosen.empty() || std::find(chosen.begin(), chosen.end(), one.target) != chosen.end())
            needs.insert(one.depends_on.begin(), one.depends_on.end());
    return needs;
}

// What a host says of its own run time is a part of it: `hosts.web.probes.api`, `hosts.web.secrets.key`.
void take_own_probes(const core::Plan& plan, const std::vector<std::string>& hosts,
                     std::vector<std::string>& probes) {
    for (const auto& probe : plan.probes) {
        const bool is_own = std::any_of(hosts.begin(), hosts.end(), [&](const std::string& host) {
            return probe.target.starts_with(host + ".");
        });
        if (is_own && std::find(probes.begin(), probes.end(), probe.target) == probes.end())
            probes.push_back(probe.target);
    }
}

// Which of the asked-for targets belong to which stage.
struct Chosen {
    std::vector<std::string> builds, hosts, probes;
};

Chosen choose(const core::Plan& plan, Names remaining, std::vector<std::string>& strangers) {
    Chosen chosen;
    std::vector<std::string> evaluated;
    take_selected(plan.packages, remaining, chosen.builds);
    take_selected(plan.checks, remaining, chosen.builds);
    take_selected(plan.formatters, remaining, chosen.builds);
    take_selected(plan.shells, remaining, chosen.builds);
    take_selected(plan.commands, remaining, chosen.builds);
    take_selected(plan.inputs, remaining, chosen.builds);
    take_selected(plan.hosts, remaining, chosen.hosts);
    take_selected(plan.probes, remaining, chosen.probes);
    take_own_probes(plan, chosen.hosts, chosen.probes);
    take_selected(plan.toolchains, remaining, evaluated);
    take_selected(plan.policies, remaining, evaluated);
    take_selected(plan.unplanned, remaining, evaluated);
    strangers.assign(remaining.begin(), remaining.end());
    return chosen;
}

}  // namespace

Selection select(const CheckRequest& request, const core::Plan& plan, std::vector<std::string>& strangers) {
    using core::Stage;
    Selection selection;
    selection.stages = request.stages;
    if (selection.stages.empty()) selection.stages.insert(core::all_stages.begin(), core::all_stages.end());
    const bool build_asked = selection.stages.contains(Stage::build);

    Names needs;
    if (!request.targets.empty()) {
        const auto chosen = choose(plan, {request.targets.begin(), request.targets.end()}, strangers);
        if (chosen.hosts.empty()) selection.stages.erase(Stage::activation);
        if (chosen.probes.empty()) selection.stages.erase(Stage::runtime);
        selection.builds = chosen.builds;
        selection.hosts = chosen.hosts;
        selection.probes = chosen.probes;
    }
    if (selection.stages.contains(Stage::activation)) needs.merge(needs_of(plan.hosts, selection.hosts));
    if (selection.stages.contains(Stage::runtime)) needs.merge(needs_of(plan.probes, selection.probes));

    const bool everything = build_asked && request.targets.empty();
    if (!everything) {
        Names builds(needs);
        if (build_asked) builds.insert(selection.builds.begin(), selection.builds.end());
        selection.builds.assign(builds.begin(), builds.end());
        if (selection.builds.empty())
            selection.stages.erase(Stage::build);
        else
            selection.stages.insert(Stage::build);
    }
    return selection;
}

}  // namespace contract::pipeline
