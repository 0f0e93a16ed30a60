// SPDX-License-Identifier: Apache-2.0
//
// Hosts and their modules: hosts with the same tables share one compiled ModuleSet, and what is wrong with
// many hosts for one reason is told once.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "module_loader.hpp"
#include "modules/host_run.hpp"
#include "modules/lints.hpp"
#include "state.hpp"

namespace contract::evaluation {

class HostModules {
public:
    explicit HostModules(State& state);
    ~HostModules();

    // Loads and compiles what the tables of a host name, unless another host has done that. Reports what
    // shows without values; adds everything that expressions name to the needs of `target`.
    void compile(std::size_t target, const std::vector<const core::Host*>& tables,
                 const std::string& host_class);
    bool knows(std::size_t target) const { return of_target_.count(target) != 0; }
    // Decides the options of a host that was compiled. The host fails, or is blocked, with what is wrong.
    std::unique_ptr<HostRun> decide(std::size_t target, const HostFacts& facts);
    // The packages and inputs that the host's own values come from.
    std::vector<std::string> needs_of(std::size_t target, const HostRun& run) const;
    // A warning about a host, told once for all hosts that have the same reason.
    void warn(std::size_t target, std::string_view code, std::string message, const Span& where,
              std::string help);
    // What modules say and need not, once every host has been decided. Of modules that have mistakes nothing
    // is said: what is idle today may be what the correction needs.
    void lint();
    // Writes into each finding which other hosts it concerns.
    void name_hosts();

private:
    struct Shared;
    class World;

    // `common`: gets what concerns every host of the set, to be named once all hosts are known.
    void report(std::size_t target, Reports& reports, std::vector<std::string>* common);

    State& state_;
    ModuleLoader loader_;
    std::unique_ptr<World> world_;
    std::map<std::vector<const core::Host*>, std::unique_ptr<Shared>> shared_;
    std::map<std::size_t, Shared*> of_target_;
    ModuleLints lints_;
    std::size_t decided_ = 0;  // hosts
    struct Told {
        core::Finding* finding;
        std::vector<std::string> hosts;
    };
    std::map<std::string, Told> told_;  // by code, place and message
};

struct RenderedHost {
    core::Generation generation;
    std::vector<core::PlannedProbe> probes;
};
// The options of the class → files, units, accounts and probes. None after a report.
std::optional<RenderedHost> render_host(State& state, std::size_t target, const HostRun& run,
                                        const std::string& host_class);

}  // namespace contract::evaluation
