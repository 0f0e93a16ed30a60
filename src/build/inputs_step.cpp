// SPDX-License-Identifier: Apache-2.0
#include "inputs_step.hpp"

#include "configure_root.hpp"

namespace contract::build {

bool is_here(const core::PlannedInput& input, const store::Store& store) {
    // A store path is visible only when it is whole, so that being there is enough.
    return input.kind == core::InputKind::host || store.has_path(input.path);
}

core::Output output_of(const core::PlannedInput& input, const store::Store& store, bool cached) {
    core::Output output;
    output.path = input.path;
    output.tree = input.tree;
    if (is_configured(input)) output.tree = configured_tree(input, store).value_or(input.tree);
    output.real_path = store.real_path(input.path);
    output.cached = cached;
    return output;
}

Result<> fetch(const core::PlannedInput& input, const inputs::Context& context) {
    TRY(inputs::materialise(input, context));
    if (is_configured(input)) return configure_root(input, context);
    return context.store.ensure_path(input.path, input.tree);
}

core::Finding input_finding(const core::PlannedInput& input, const Error& error) {
    core::Finding finding = core::finding_from(core::Stage::build, input.target, error);
    if (!finding.where) finding.where = input.where;
    return finding;
}

Result<Digest> Machine::fingerprint(const std::vector<std::string>& folders) {
    const auto known = known_.find(folders);
    if (known != known_.end()) return known->second;
    return known_.emplace(folders, inputs::host_fingerprint(folders)).first->second;
}

}  // namespace contract::build
