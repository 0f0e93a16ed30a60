// SPDX-License-Identifier: Apache-2.0
#include "repeats.hpp"

#include <map>
#include <string>

#include "contract/base/text.hpp"
#include "contract/expression/allowance.hpp"

namespace contract::evaluation {

namespace {

constexpr std::size_t most_at_one_place = 8;

// Once the expressions are over their common bound each of the rest is: one place says it for all.
bool is_over(const core::Finding& finding) {
    return finding.message == expression::too_much_together;
}

struct Run {
    std::size_t last = 0;  // of those that are left
    std::size_t number = 0;
};

}  // namespace

void shorten_repeats(std::vector<core::Finding>& findings) {
    std::vector<core::Finding> kept;
    std::map<std::pair<std::string, core::Severity>, Run> runs;  // at the place of the last finding
    Run over;
    std::vector<std::pair<std::size_t, std::size_t>> left_out;  // after which, how many
    const auto end_of_place = [&] {
        for (const auto& entry : runs)
            if (entry.second.number > most_at_one_place)
                left_out.emplace_back(entry.second.last, entry.second.number - most_at_one_place);
        runs.clear();
    };
    for (auto& finding : findings) {
        if (is_over(finding)) {
            if (++over.number > 1) continue;
            over.last = kept.size();
            kept.push_back(std::move(finding));
            continue;
        }
        if (!finding.where) {
            kept.push_back(std::move(finding));
            continue;
        }
        const bool elsewhere = kept.empty() || !(kept.back().where == finding.where);
        if (elsewhere) end_of_place();
        Run& run = runs[{finding.code, finding.severity}];
        if (++run.number > most_at_one_place) continue;
        run.last = kept.size();
        kept.push_back(std::move(finding));
    }
    end_of_place();
    for (const auto& [index, number] : left_out)
        kept[index].evidence.push_back(
            {"more", count(number, "finding") + " of this kind at this place", {}});
    if (over.number > 1)
        kept[over.last].evidence.push_back({"more", count(over.number - 1, "expression") + " after it", {}});
    findings = std::move(kept);
}

}  // namespace contract::evaluation
