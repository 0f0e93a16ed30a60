// SPDX-License-Identifier: Apache-2.0
#include "origins.hpp"

#include <algorithm>
#include <set>

#include "contract/build/record.hpp"
#include "contract/pipeline/garbage.hpp"

namespace contract::pipeline {

Error not_built(const core::StorePath& path) {
    return {"not-built", "'" + path.base() + "' is not in the store", Blame::declaration, {},
            {},          {"build it first: `contract build TARGET`"}};
}

Result<Origins> Origins::read(const store::Store& store) {
    Origins out;
    TRY_ASSIGN(auto paths, store.paths());
    for (auto& [path, tree] : paths) out.trees_.emplace(std::move(path), tree);
    std::map<std::string, core::BuildRecord> records;
    TRY_ASSIGN(const auto facts, store.recall_all(store::made_kind));
    for (const auto& [key, value] : facts)
        if (auto record = build::decode_record(value)) records.emplace(key, std::move(*record));
    TRY_ASSIGN(auto rows, store.results());
    for (auto& row : rows) {
        Made made{std::move(row), std::nullopt};
        const auto record = records.find(made.row.action.hex());
        if (record != records.end()) made.record = record->second;
        if (made.record) out.note_inputs(*made.record);
        out.by_action_.emplace(made.row.action, made.row.output);
        const auto output = made.row.output;
        out.made_.emplace(output, std::move(made));
    }
    TRY_ASSIGN(const auto roots, remembered_roots(store));
    for (const auto& root : roots)
        for (const auto& path : root.paths) out.named_.emplace(path, Named{root.directory, root.target});
    return out;
}

void Origins::note_inputs(const core::BuildRecord& record) {
    for (const auto& input : record.inputs)
        if (input.path != core::StorePath()) inputs_.emplace(input.path, input);
}

const Origins::Made* Origins::best(const core::StorePath& path, const Digest& tree) const {
    const auto started = [](const Made& made) { return made.record ? made.record->started : -1; };
    const Made* best = nullptr;
    const auto [begin, end] = made_.equal_range(path);
    for (auto one = begin; one != end; ++one)
        if (one->second.row.tree == tree && (best == nullptr || started(one->second) > started(*best)))
            best = &one->second;
    return best;
}

std::optional<core::Origin> Origins::find(const core::StorePath& path) const {
    const auto tree = trees_.find(path);
    if (tree == trees_.end()) return std::nullopt;
    core::Origin origin;
    origin.path = path;
    origin.tree = tree->second;
    if (const auto named = named_.find(path); named != named_.end()) {
        origin.target = named->second.target;
        origin.directory = named->second.directory;
    }
    if (const auto input = inputs_.find(path); input != inputs_.end()) {
        origin.input = input->second;
        origin.target = input->second.target;
    }
    const auto* made = best(path, tree->second);
    if (made == nullptr) return origin;
    origin.action = made->row.action;
    origin.record = made->record;
    for (const auto& reference : made->row.references)
        if (reference != path) origin.references.push_back(reference);
    if (!made->record) return origin;
    origin.target = made->record->target;
    origin.directory = made->record->repository;
    return origin;
}

std::optional<core::StorePath> Origins::output_of(const Digest& action) const {
    const auto found = by_action_.find(action);
    return found == by_action_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<core::StorePath> Origins::made_with(const core::StorePath& path) const {
    const auto origin = find(path);
    if (!origin || !origin->record) return {};
    auto out = origin->record->uses;
    if (origin->record->root.kind == core::RootKind::tree) out.push_back(origin->record->root.path);
    return out;
}

std::vector<core::Origin> Origins::below(const std::vector<core::StorePath>& paths) const {
    std::set<core::StorePath> seen(paths.begin(), paths.end());
    std::vector<core::StorePath> open = paths;
    std::vector<core::Origin> out;
    for (std::size_t next = 0; next < open.size(); ++next) {
        const auto current = open[next];
        for (const auto& path : made_with(current)) {
            if (!seen.insert(path).second) continue;
            open.push_back(path);
            auto origin = find(path);
            if (!origin) {  // it was collected since: only its name is left
                origin.emplace();
                origin->path = path;
                if (const auto input = inputs_.find(path); input != inputs_.end()) {
                    origin->input = input->second;
                    origin->target = input->second.target;
                    origin->tree = input->second.tree;
                }
            }
            out.push_back(std::move(*origin));
        }
    }
    return out;
}

}  // namespace contract::pipeline
