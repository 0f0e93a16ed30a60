// SPDX-License-Identifier: Apache-2.0
//
// Who has a say in one option: the decision is taken once more, with an eye on where each part comes from.
#include <algorithm>

#include "host_run.hpp"

namespace contract::evaluation {

namespace {

// The keys of a definition when they are written out: without an expression.
std::optional<std::string> literal_keys(const Definition& definition) {
    std::string keys;
    for (const auto& key : definition.keys) {
        for (const auto& part : key.parts) {
            if (part.expression) return std::nullopt;
            keys += part.text;
        }
        keys += '\0';
    }
    return keys;
}

}  // namespace

std::vector<HostRun::Said> HostRun::said(OptionIndex index, const std::string& keys) {
    // What was wrong has been told.
    Reports told_before = std::move(reports_);
    reports_ = {};
    const CompiledOption& compiled = set_.options[index];
    const std::size_t number = set_.tree.option(index).placeholders;
    std::vector<Candidate> kept;
    collect(compiled.definitions, compiled.replacements, compiled.removals, number, false, kept);
    std::erase_if(kept, [&](const Candidate& candidate) { return candidate.keys != keys; });
    // A `for` gives one definition several says, so what is kept is told apart by its place in the list.
    std::vector<Offer> offers;
    for (std::uint32_t i = 0; i < kept.size(); ++i) {
        std::vector<Offer> one(1);
        bool wrong = false;
        if (!offer(kept[i], one[0])) continue;
        check_type(index, keys, one, wrong);  // one that loses may be of another type
        if (one.empty()) continue;
        one[0].definition = i;
        offers.push_back(std::move(one[0]));
    }
    std::vector<Origin> origins;
    const auto& default_value = compiled.default_value;
    const MergeRequest request{set_.tree.option(index), keys, default_value ? &*default_value : nullptr,
                               reports_, &origins};
    if (!offers.empty()) merge(request, offers);
    std::vector<Said> out;
    for (const auto definition : compiled.definitions) {
        const auto& state = setting(set_.definitions[definition].setting);
        if (state.iterations.empty()) {
            const auto written = literal_keys(set_.definitions[definition]);
            if (!written || *written == keys) out.push_back({definition, core::Fate::inactive, {}, {}});
            continue;
        }
        for (std::uint32_t i = 0; i < state.iterations.size(); ++i) {
            const auto& iteration = state.iterations[i];
            const auto made = keys_of(set_.definitions[definition], number, iteration.each);
            if (!made || *made != keys) continue;
            const auto place = std::find_if(kept.begin(), kept.end(), [&](const Candidate& candidate) {
                return candidate.definition == definition && candidate.iteration == i;
            });
            const bool there = place != kept.end();
            Said said{definition, there ? core::Fate::lost : core::Fate::replaced, {}, {}};
            if (!set_.definitions[definition].unset && !set_.definitions[definition].broken)
                said.value = value(set_.definitions[definition].value, iteration.each);
            for (const auto& origin : origins) {
                if (origin.definition != static_cast<std::uint32_t>(place - kept.begin())) continue;
                said.fate = core::Fate::used;
                if (!origin.part.empty()) said.parts.push_back(origin.part);
            }
            if (set_.definitions[definition].unset && there) said.fate = core::Fate::used;
            out.push_back(std::move(said));
        }
    }
    reports_ = std::move(told_before);
    return out;
}

}  // namespace contract::evaluation
