// SPDX-License-Identifier: Apache-2.0
#include "contract/pipeline/why.hpp"

#include <algorithm>
#include <map>

#include "contract/build/find_reference.hpp"
#include "origins.hpp"

namespace contract::pipeline {

namespace {

using core::StorePath;
using Link = core::WhyStep::Link;

enum class Depth { run_time, build };

class Chains {
public:
    Chains(const store::Store& store, const Origins& origins, const core::Plan& plan)
        : store_(store), origins_(origins) {
        for (const auto& package : plan.packages) planned_.emplace(package.output, &package);
        for (const auto& input : plan.inputs) names_.emplace(input.path, input.target);
    }

    struct Chain {
        std::vector<core::WhyStep> steps;  // the shortest one; none: there is none
        bool all_known = true;  // false: of something on the way nobody knows what it was built with
    };

    Result<Chain> shortest(const StorePath& from, const StorePath& to, Depth depth) const {
        Chain out;
        std::map<StorePath, core::WhyStep> came{{from, {}}};
        std::vector<StorePath> open{from};
        for (std::size_t next = 0; next < open.size() && !came.contains(to); ++next) {
            const StorePath current = open[next];
            out.all_known = out.all_known && is_known(current);
            for (auto& step : steps_from(current, depth)) {
                const StorePath reached = step.to;
                if (came.emplace(reached, std::move(step)).second) open.push_back(reached);
            }
        }
        if (!came.contains(to)) return out;
        for (StorePath at = to; at != from; at = out.steps.back().from) out.steps.push_back(came.at(at));
        std::reverse(out.steps.begin(), out.steps.end());
        for (auto& step : out.steps) TRY(tell(step));
        return out;
    }

private:
    // An input was built with nothing.
    bool is_known(const StorePath& path) const {
        if (planned_.contains(path) || names_.contains(path)) return true;
        const auto origin = origins_.find(path);
        return origin && (origin->record || origin->input);
    }

    std::vector<core::WhyStep> steps_from(const StorePath& path, Depth depth) const {
        std::vector<core::WhyStep> steps;
        const auto add = [&](Link link, const StorePath& to) {
            steps.push_back({link, path, to, {}, {}, {}});
        };
        const auto origin = origins_.find(path);
        if (origin)
            for (const auto& reference : origin->references) add(Link::reference, reference);
        const auto root = root_of(path, origin);
        if (root.kind == core::RootKind::tree) add(Link::root, root.path);
        if (depth == Depth::build)
            for (const auto& use : uses_of(path, origin)) add(Link::use, use);
        return steps;
    }

    core::Root root_of(const StorePath& path, const std::optional<core::Origin>& origin) const {
        if (origin && origin->record) return origin->record->root;
        const auto planned = planned_.find(path);
        return planned == planned_.end() ? core::Root() : planned->second->recipe.root;
    }

    std::vector<StorePath> uses_of(const StorePath& path, const std::optional<core::Origin>& origin) const {
        if (origin && origin->record) return origin->record->uses;
        const auto planned = planned_.find(path);
        return planned == planned_.end() ? std::vector<StorePath>() : planned->second->recipe.uses;
    }

    std::string name_of(const StorePath& path) const {
        if (const auto planned = planned_.find(path); planned != planned_.end())
            return planned->second->target;
        if (const auto named = names_.find(path); named != names_.end()) return named->second;
        const auto origin = origins_.find(path);
        return origin ? origin->target : "";
    }

    Result<> tell(core::WhyStep& step) const {
        step.from_target = name_of(step.from);
        step.to_target = name_of(step.to);
        if (step.link != Link::reference) return {};
        TRY_ASSIGN(const auto file, build::find_reference(store_.real_path(step.from), step.to));
        if (!file)
            return Error{
                "store-damaged",
                "'" + step.from.base() + "' in the store does not name '" + step.to.base() + "' any more",
                Blame::environment,
                {},
                {},
                {"run `contract store verify --repair`; if it comes back, suspect the disk"}};
        step.file = *file;
        return {};
    }

    const store::Store& store_;
    const Origins& origins_;
    std::map<StorePath, const core::PlannedAction*> planned_;
    std::map<StorePath, std::string> names_;
};

}  // namespace

std::optional<StorePath> path_of_target(const core::Plan& plan, const std::string& target) {
    for (const auto& package : plan.packages)
        if (package.target == target) return package.output;
    for (const auto& input : plan.inputs)
        if (input.target == target && input.kind != core::InputKind::host) return input.path;
    return std::nullopt;
}

Result<core::Why> why(const store::Store& store, const core::Plan& plan, const StorePath& from,
                      const StorePath& to) {
    TRY_ASSIGN(const auto origins, Origins::read(store));
    for (const auto* path : {&from, &to})
        if (!origins.trees().contains(*path) || !store.has_path(*path)) return not_built(*path);
    core::Why out;
    out.from = from;
    out.to = to;
    const Chains chains(store, origins, plan);
    TRY_ASSIGN(auto run_time, chains.shortest(from, to, Depth::run_time));
    out.run_time = std::move(run_time.steps);
    if (!out.run_time.empty()) return out;
    TRY_ASSIGN(auto build, chains.shortest(from, to, Depth::build));
    out.build = std::move(build.steps);
    out.build_known = build.all_known;
    return out;
}

}  // namespace contract::pipeline
