// SPDX-License-Identifier: Apache-2.0
//
// The findings of one file while it is read, each told to belong to the target being read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contract/core/finding.hpp"
#include "text_index.hpp"

namespace contract::manifest {

class Mistakes {
public:
    explicit Mistakes(const TextIndex& index) : index_(&index) {}

    // What follows belongs to `target`; empty: to the whole contract.
    void enter(std::string target) { target_ = std::move(target); }
    // `code` without the stage: "unknown-key". The reference lives until the next call.
    core::Finding& add(std::string_view code, std::string message, Span where, std::string label = {});
    std::size_t count() const { return findings_.size(); }
    std::vector<core::Finding> take() { return std::move(findings_); }
    // Keys are asked for in the order of the readers; people read in the order of the file.
    std::vector<core::Finding> take_in_order();
    const TextIndex& index() const { return *index_; }

    core::Edit edit(std::size_t begin, std::size_t end, std::string text) const;

private:
    const TextIndex* index_;
    std::string target_;
    std::vector<core::Finding> findings_;
};

}  // namespace contract::manifest
