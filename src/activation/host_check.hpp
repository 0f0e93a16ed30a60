// SPDX-License-Identifier: Apache-2.0
//
// One host on its way through the stage, and the steps that concern it alone.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "contract/activation/activation.hpp"
#include "host.hpp"
#include "rehearse.hpp"

namespace contract::activation {

struct HostCheck {
    const core::PlannedHost* planned = nullptr;
    core::TargetOutcome outcome;
    std::vector<core::Finding> findings;
    std::vector<bool> sound;           // by entry
    std::vector<std::string> unknown;  // what could not be found out: the host is neither passed nor failed
    std::vector<std::string> reasons;  // what was not tried, and why
    bool is_tried = false;             // false: blocked, skipped, another system
    bool is_rehearsed = false;         // false also when an earlier rehearsal is remembered
    std::string key;                   // of the rehearsal, in the store
    Base base;
    std::optional<std::vector<Wanted>> wanted;

    bool has_units() const { return !planned->generation.units.empty(); }
    void add_unknown(const Error& error);
};

// Whether others were asked for, which `outcome` says then.
bool is_skipped(const Request& request, core::TargetOutcome& outcome);

// Selected, not blocked, and its generation checked by itself.
HostCheck begin_check(const core::PlannedHost& host, const Request& request,
                      const std::set<std::string>& unavailable, const BuiltOutputs& outputs,
                      const Machine& machine, const Accounts& compared);

// Makes the base and the key of the rehearsal; with an earlier success under that key there is nothing to do.
void look_up(HostCheck& check, const Request& request, const BuiltOutputs& outputs, Machine& machine,
             const std::string& verifier);

// The digests of what is wanted, on first use.
Result<const std::vector<Wanted>*> wanted_for(HostCheck& check, const BuiltOutputs& outputs);

// The request with sources where the sandbox has them; adds the outputs it takes them from.
RehearsalRequest rehearsal_request(const HostCheck& check, const BuiltOutputs& outputs,
                                   std::map<std::string, std::string>& mounts);

void take_rehearsal(HostCheck& check, const Rehearsal& rehearsal);
void take_comparison(HostCheck& check, const BuiltOutputs& outputs, const std::string& directory);
void finish_check(HostCheck& check, store::Store& store);

}  // namespace contract::activation
