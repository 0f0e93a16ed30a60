// SPDX-License-Identifier: Apache-2.0
//
// What modules say and need not: nothing here is wrong, so all of it is a warning. A module is judged by
// every host that imports it: a line that one of them needs is no idle one.
#pragma once

#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "host_run.hpp"

namespace contract::evaluation {

class ModuleLints {
public:
    // What shows without a host.
    void look_at(const ModuleSet& set);
    // Which conditions are true for a host that was decided.
    void look_at(const HostRun& run);
    // In the order of places. `conditions`: every host was decided, so that what was false for all is idle.
    std::vector<core::Finding> findings(bool conditions) const;

private:
    // One definition, whatever the host.
    using Place = std::pair<const core::Setting*, std::size_t>;
    struct Idle {
        bool everywhere = true;
        core::Finding finding;
    };
    void judge_default(const ModuleSet& set, std::uint32_t definition, bool idle);
    void judge_lists(const ModuleSet& set, OptionIndex option,
                     const std::map<std::string_view, std::vector<std::uint32_t>>& entries);
    void judge_set(const ModuleSet& set, std::uint32_t definition);
    void judge_override(const ModuleSet& set, const std::vector<std::uint32_t>& all, std::uint32_t index);
    void judge_pair(const ModuleSet& set, std::uint32_t earlier, std::uint32_t later);
    static std::vector<std::uint32_t> judged_conditions(const ModuleSet& set);

    std::map<Place, Idle> defaults_;
    std::map<Place, core::Finding> lists_;
    std::map<const core::Setting*, Idle> conditions_;
    std::map<const ModuleSet*, std::vector<std::uint32_t>> judged_;  // the settings whose `when` is
};

}  // namespace contract::evaluation
