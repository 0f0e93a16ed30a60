// SPDX-License-Identifier: Apache-2.0
#include "mistakes.hpp"

#include <algorithm>

#include "contract/base/text.hpp"

namespace contract::manifest {

core::Finding& Mistakes::add(std::string_view code, std::string message, Span where, std::string label) {
    core::Finding finding;
    finding.stage = core::Stage::evaluation;
    finding.code = std::string("evaluation.").append(code);
    finding.blame = Blame::declaration;
    finding.target = target_;
    finding.message = harmless(message);
    finding.where = std::move(where);
    finding.label = harmless(label);
    findings_.push_back(std::move(finding));
    return findings_.back();
}

std::vector<core::Finding> Mistakes::take_in_order() {
    const auto place = [](const core::Finding& finding) {
        return finding.where ? finding.where->begin_byte : 0;
    };
    std::stable_sort(findings_.begin(), findings_.end(),
                     [&](const auto& a, const auto& b) { return place(a) < place(b); });
    return take();
}

core::Edit Mistakes::edit(std::size_t begin, std::size_t end, std::string text) const {
    return {index_->file().text(), begin, end, std::move(text)};
}

}  // namespace contract::manifest
