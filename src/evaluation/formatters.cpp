// SPDX-License-Identifier: Apache-2.0
//
// Formatters: which files each has, in which order those run that share one, and the actions that check them.
// A formatter is checked in batches of files, so that an edit costs its batch and not the repository. Which
// batch a file is in depends on its name and little else: a new file moves few others.
#include <algorithm>
#include <set>

#include "actions.hpp"
#include "contract/base/digest.hpp"
#include "contract/base/text.hpp"
#include "standing.hpp"

namespace contract::evaluation {

namespace {

constexpr std::size_t largest_batch = 200;  // files

std::vector<std::string> texts(const core::Texts& list) {
    std::vector<std::string> out;
    for (const auto& text : list) out.push_back(text.value);
    return out;
}

// The pattern that an error quotes, else the first.
const Span& place_of(const Error& error, const core::Texts& patterns) {
    for (const auto& pattern : patterns)
        if (error.message.find("'" + harmless(pattern.value) + "'") != std::string::npos)
            return pattern.where;
    return patterns[0].where;
}

void select(State& state, std::size_t target) {
    const core::Formatter& formatter = state.manifest.formatters[state.targets[target].index];
    auto files = state.request.files.list(texts(formatter.files));
    if (!files) return state.fail(target, files.error(), place_of(files.error(), formatter.files));
    if (!files->empty()) {
        state.formatted[target] = std::move(*files);
        return;
    }
    state
        .fail(target, "empty-source", "no tracked file is one for '" + state.targets[target].name + "'",
              formatter.files[0].where)
        .help.emplace_back("correct the patterns, or remove the formatter");
}

// Whether `later` runs after `earlier`, directly or by way of others.
bool runs_after(const State& state, std::size_t later, std::size_t earlier) {
    std::vector<std::size_t> open{later};
    std::set<std::size_t> seen;
    while (!open.empty()) {
        const std::size_t current = open.back();
        open.pop_back();
        if (!seen.insert(current).second) continue;
        for (const Need& need : state.targets[current].needs) {
            if (state.targets[need.target].kind != TargetKind::formatter) continue;
            if (need.target == earlier) return true;
            open.push_back(need.target);
        }
    }
    return false;
}

void need_order(State& state, std::size_t first, std::size_t second, const std::string& file) {
    if (runs_after(state, first, second) || runs_after(state, second, first)) return;
    const std::string one = state.targets[first].name, other = state.targets[second].name;
    auto& finding = state.fail(second, "formatter-order",
                               "'" + one + "' and '" + other + "' both format '" + harmless(file) +
                                   "', and neither says which comes first",
                               state.targets[second].where);
    finding.related.push_back({state.targets[first].where, "the other one"});
    finding.help.push_back("add to [" + other + "]: after = [\"" + one + "\"], or the other way round");
}

// Numbers below 2^16 that spread names evenly and are the same everywhere.
unsigned spread(const std::string& name) {
    const auto hex = Digest::of(name).hex().substr(0, 4);
    return static_cast<unsigned>(std::stoul(hex, nullptr, 16));
}

// Halves by one more bit of the names' numbers until a part is small enough.
void split_files(std::vector<std::string> files, int bit, std::vector<std::vector<std::string>>& batches) {
    if (files.size() <= largest_batch || bit < 0) {
        for (std::size_t at = 0; at < files.size(); at += largest_batch)
            batches.emplace_back(
                files.begin() + static_cast<std::ptrdiff_t>(at),
                files.begin() + static_cast<std::ptrdiff_t>(std::min(at + largest_batch, files.size())));
        return;
    }
    std::vector<std::string> zeros, ones;
    for (auto& file : files) ((spread(file) >> bit) % 2 == 0 ? zeros : ones).push_back(std::move(file));
    split_files(std::move(zeros), bit - 1, batches);
    split_files(std::move(ones), bit - 1, batches);
}

std::optional<core::PlannedAction> batch_of(State& state, std::size_t target, core::PlannedAction batch,
                                            std::vector<std::string> files,
                                            const std::vector<std::string>& read) {
    std::vector<std::string> seen = files;
    seen.insert(seen.end(), read.begin(), read.end());
    sort_unique(seen);
    const auto tree = state.request.files.tree_of(seen);
    if (!tree) {
        state.fail(target, tree.error(), state.targets[target].where);
        return std::nullopt;
    }
    auto& command = batch.recipe.command;
    // A name that starts with a hyphen is no option.
    for (const auto& file : files) command.push_back((file[0] == '-' ? "./" : "") + file);
    batch.recipe.source = *tree;
    batch.output = core::output_path(batch.recipe);
    batch.files = std::move(files);
    return batch;
}

}  // namespace

void select_formatted(State& state) {
    std::map<std::string, std::vector<std::size_t>> by_file;
    for (std::size_t i = 0; i < state.targets.size(); ++i) {
        const Target& target = state.targets[i];
        if (target.kind != TargetKind::formatter || !target.declared_well || target.not_applicable) continue;
        select(state, i);
        for (const auto& file : state.formatted[i]) by_file[file].push_back(i);
    }
    std::set<std::pair<std::size_t, std::size_t>> judged;
    for (const auto& [file, formatters] : by_file)
        for (std::size_t second = 1; second < formatters.size(); ++second)
            for (std::size_t first = 0; first < second; ++first)
                if (judged.emplace(formatters[first], formatters[second]).second)
                    need_order(state, formatters[first], formatters[second], file);
}

namespace {

// The action of the formatter on no file yet.
std::optional<core::PlannedAction> plan_formatting(State& state, std::size_t target,
                                                   const core::Formatter& formatter) {
    static const std::optional<core::SourceSelection> no_source;
    static const core::Texts no_patches;
    auto action = plan_action(state, target, {formatter, no_source, no_patches, nullptr, formatter.limits});
    if (!action) return std::nullopt;
    action->recipe.command = arguments_of(state, target, formatter.command);
    if (!state.targets[target].usable()) return std::nullopt;
    return action;
}

std::optional<std::vector<std::string>> files_read(State& state, std::size_t target,
                                                   const core::Formatter& formatter) {
    if (formatter.reads.empty()) return std::vector<std::string>();
    auto files = state.request.files.list(texts(formatter.reads));
    if (files) return std::move(*files);
    state.fail(target, files.error(), place_of(files.error(), formatter.reads));
    return std::nullopt;
}

}  // namespace

void finish_formatter(State& state, std::size_t target) {
    if (!state.targets[target].usable()) return;
    const core::Formatter& formatter = state.manifest.formatters[state.targets[target].index];
    const auto action = plan_formatting(state, target, formatter);
    const auto read = files_read(state, target, formatter);
    if (!action || !read) return;
    core::PlannedFormatter planned{action->target,    action->where, action->description, {}, {},
                                   action->depends_on};
    for (const auto& text : formatter.after)
        planned.after.push_back(state.targets[*state.resolve(target, text)].name);
    std::vector<std::vector<std::string>> batches;
    split_files(state.formatted[target], 15, batches);
    for (auto& files : batches) {
        auto batch = batch_of(state, target, *action, std::move(files), *read);
        if (!batch) return;
        planned.batches.push_back(std::move(*batch));
    }
    state.plan.formatters.push_back(std::move(planned));
}

}  // namespace contract::evaluation
