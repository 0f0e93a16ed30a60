// SPDX-License-Identifier: Apache-2.0
#include "record_of.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <variant>

#include "contract/base/text.hpp"

namespace contract::build {

namespace {

core::RecordedInput recorded(const core::PlannedInput& input, const std::string& system) {
    core::RecordedInput out;
    out.target = input.target;
    out.kind = input.kind;
    out.url = public_url(input.url);
    out.ref = input.ref;
    out.subdir = input.subdir;
    out.rev = input.pin.rev;
    out.snapshot = input.pin.snapshot;
    out.download = input.pin.sha256;
    const auto image = input.pin.images.find(system);
    if (image != input.pin.images.end()) out.download = image->second.manifest;
    if (const auto* deb = std::get_if<core::DebSource>(&input.source)) {
        out.url = deb->archive ? deb->archive->value : "";
        if (!deb->mirrors.empty()) out.url = public_url(deb->mirrors.front().value);
        std::vector<std::string> suites;
        for (const auto& suite : deb->suites) suites.push_back(suite.value);
        out.ref = join(suites, " ");
    }
    out.tree = input.tree;
    out.path = input.path;
    out.folders = input.folders;
    return out;
}

// The inputs of a node and of everything below it, by target. A package of a contract that is an input comes
// from that input too, whose contract.toml has its recipe.
class Below {
public:
    Below(const core::Plan& plan, const Graph& graph) : plan_(plan), graph_(graph) {}

    void visit(std::size_t index) {
        if (!seen_.insert(index).second) return;
        const Node& node = graph_.nodes[index];
        if (node.input != nullptr) inputs_.emplace(node.target, node.input);
        add_contract(core::contract_of(node.target));
        for (const std::size_t need : node.needs) visit(need);
    }

    std::vector<core::RecordedInput> inputs(const std::string& system) const {
        std::vector<core::RecordedInput> out;
        for (const auto& [target, input] : inputs_) out.push_back(recorded(*input, system));
        return out;
    }

private:
    void add_contract(std::string_view target) {
        if (target.empty()) return;
        const auto found = std::find_if(plan_.inputs.begin(), plan_.inputs.end(),
                                        [&](const auto& input) { return input.target == target; });
        if (found != plan_.inputs.end()) inputs_.emplace(found->target, &*found);
    }

    const core::Plan& plan_;
    const Graph& graph_;
    std::set<std::size_t> seen_;
    std::map<std::string, const core::PlannedInput*> inputs_;
};

}  // namespace

std::string public_url(const std::string& url) {
    std::string text = url.substr(0, url.find_first_of("?#"));
    const auto scheme = text.find("://");
    const auto start = scheme == std::string::npos ? 0 : scheme + 3;
    const auto end = std::min(text.find('/', start), text.size());
    const auto at = text.rfind('@', end);
    if (at == std::string::npos || at < start) return text;
    // The user of an ssh address is part of where it is; what follows a colon is nobody's business.
    const auto colon = text.find(':', start);
    if (colon < at) text.erase(colon, at - colon);
    return text;
}

core::BuildRecord record_of(const Request& request, const Graph& graph, std::size_t node) {
    const core::PlannedAction& action = *graph.nodes[node].action;
    core::BuildRecord record;
    record.contract = request.plan.contract;
    record.target = action.target;
    record.repository = request.contract_directory;
    if (request.revision) {
        const auto& dirty = request.revision->dirty;
        const auto most = std::min(dirty.size(), core::most_recorded_files);
        record.commit = request.revision->commit;
        record.dirty.assign(dirty.begin(), dirty.begin() + static_cast<std::ptrdiff_t>(most));
        record.dirty_files = static_cast<std::int64_t>(dirty.size());
    }
    record.system = action.recipe.system;
    record.recipe = core::encode(action.recipe);
    record.source = action.recipe.source;
    record.uses = action.recipe.uses;
    record.root = action.recipe.root;
    Below below(request.plan, graph);
    below.visit(node);
    record.inputs = below.inputs(action.recipe.system);
    record.program = CONTRACT_VERSION;
    return record;
}

}  // namespace contract::build
