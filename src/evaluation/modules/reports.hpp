// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with modules and values, before it is known which targets it concerns.
#pragma once

#include <deque>
#include <string>
#include <utility>

#include "contract/core/finding.hpp"

namespace contract::evaluation {

class Reports {
public:
    // The reference is good until the Reports are taken.
    core::Finding& error(std::string_view code, std::string message, const Span& where) {
        core::Finding finding;
        finding.code = "evaluation." + std::string(code);
        finding.message = std::move(message);
        finding.where = where;
        return list_.emplace_back(std::move(finding));
    }
    core::Finding& warning(std::string_view code, std::string message, const Span& where) {
        auto& finding = error(code, std::move(message), where);
        finding.severity = core::Severity::warning;
        return finding;
    }
    void add(core::Finding finding) { list_.push_back(std::move(finding)); }
    bool empty() const { return list_.empty(); }
    // Something is wrong that others were told of already.
    void mark_broken() { broken_ = true; }
    bool has_error() const {
        if (broken_) return true;
        for (const auto& finding : list_)
            if (finding.severity == core::Severity::error) return true;
        return false;
    }
    std::size_t count() const { return list_.size(); }
    std::deque<core::Finding> take() { return std::exchange(list_, {}); }

private:
    std::deque<core::Finding> list_;
    bool broken_ = false;
};

// A literal as it fits into a message: 60 bytes of it, whole characters.
inline std::string shortened(std::string text) {
    constexpr std::size_t longest = 60;
    if (text.size() <= longest) return text;
    std::size_t end = longest - 3;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
    return text + "…";
}

}  // namespace contract::evaluation
