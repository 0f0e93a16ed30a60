// SPDX-License-Identifier: Apache-2.0
#include "machines.hpp"

namespace contract::activation {

Result<Machines> Machines::open(const BuiltOutputs& outputs) {
    TRY_ASSIGN(auto here, Machine::open());
    return Machines(std::move(here), outputs);
}

Result<Machine*> Machines::of(const core::PlannedHost& host) {
    if (host.root.kind != core::RootKind::tree) return &here_;
    const auto* output = outputs_->find(host.root.path);
    if (output == nullptr) return &here_;
    auto known = trees_.find(host.root.path);
    if (known == trees_.end()) {
        TRY_ASSIGN(auto tree, Machine::open_tree(output->real_path));
        known = trees_.emplace(host.root.path, std::move(tree)).first;
    }
    return &known->second;
}

}  // namespace contract::activation
