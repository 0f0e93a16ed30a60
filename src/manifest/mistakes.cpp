// SPDX-License-Identifier: Apache-2.0
#include "mistakes.hpp"

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

core::Edit Mistakes::edit(std::size_t begin, std::size_t end, std::string text) const {
    return {index_->file(), begin, end, std::move(text)};
}

}  // namespace contract::manifest
