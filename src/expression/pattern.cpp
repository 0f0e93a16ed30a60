// SPDX-License-Identifier: Apache-2.0
#include "pattern.hpp"

#include <re2/re2.h>

#include "contract/base/text.hpp"
#include "limits.hpp"

namespace contract::expression {

namespace {

RE2::Options options() {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);
    return options;
}

}  // namespace

struct Pattern::Compiled {
    explicit Compiled(std::string_view text)
        : expression(re2::StringPiece(text.data(), text.size()), options()) {}
    RE2 expression;
};

Pattern::Pattern(std::string_view text) : text_(text) {
    if (text.size() > longest_pattern) {
        mistake_ = "it has more than " + std::to_string(longest_pattern) + " bytes";
        return;
    }
    compiled_ = std::make_unique<Compiled>(text);
    if (!compiled_->expression.ok()) mistake_ = harmless(compiled_->expression.error());
}

Pattern::~Pattern() = default;

std::size_t Pattern::work(std::size_t bytes) const {
    constexpr std::size_t looks_of_step = 256;
    return bytes * static_cast<std::size_t>(compiled_->expression.ProgramSize()) / looks_of_step + 4;
}

bool Pattern::matches(std::string_view text) const {
    return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), compiled_->expression);
}

}  // namespace contract::expression
