// SPDX-License-Identifier: Apache-2.0
//
// For each host what stands for its root: this machine, or the tree of an input, opened once however many
// hosts have it.
#pragma once

#include <map>
#include <string>

#include "host.hpp"

namespace contract::activation {

class Machines {
public:
    // Errors: system (this machine cannot be looked at).
    static Result<Machines> open(const BuiltOutputs& outputs);

    // Errors: system (the tree of its root cannot be looked at). This machine for a tree that was not
    // brought here, as for a host that is blocked.
    Result<Machine*> of(const core::PlannedHost& host);
    Machine& here() { return here_; }

private:
    Machines(Machine here, const BuiltOutputs& outputs) : here_(std::move(here)), outputs_(&outputs) {}

    Machine here_;
    const BuiltOutputs* outputs_;
    std::map<core::StorePath, Machine> trees_;
};

}  // namespace contract::activation
