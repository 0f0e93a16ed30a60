// SPDX-License-Identifier: Apache-2.0
#include "reduced.hpp"

#include <algorithm>
#include <set>

#include "contract/base/text.hpp"

namespace contract::build {

std::optional<core::Finding> reduced_finding(const std::vector<LessSealed>& results) {
    std::set<std::string> targets, missing;
    for (const auto& result : results) {
        targets.insert(result.target);
        missing.insert(result.missing.begin(), result.missing.end());
    }
    if (targets.empty()) return std::nullopt;
    core::Finding finding;
    finding.stage = core::Stage::build;
    finding.code = "build.sandbox-reduced";
    finding.severity = core::Severity::warning;
    finding.blame = Blame::environment;
    finding.message = targets.size() == 1 ? "a result of this run was made in a reduced sandbox"
                                          : std::to_string(targets.size()) +
                                                " results of this run were made in a reduced sandbox";
    const std::vector<std::string> names(targets.begin(), targets.end());
    finding.evidence.push_back({"targets", join(names, ", "), {{"targets", names}}});
    for (const auto& line : missing) finding.evidence.push_back({"missing", harmless(line), {}});
    finding.help.emplace_back(
        "the contract accepts this with sandbox = \"reduced\" in [contract]; where everything can be sealed, "
        "build "
        "without it");
    return finding;
}

}  // namespace contract::build
