// SPDX-License-Identifier: Apache-2.0
#include "contract/expression/allowance.hpp"

#include <utility>

namespace contract::expression {

namespace {

thread_local Allowance* innermost = nullptr;

}  // namespace

Allowance::Allowance(std::int64_t steps, std::int64_t bytes)
    : steps_(steps), bytes_(bytes), outer_(std::exchange(innermost, this)) {}

Allowance::~Allowance() {
    innermost = outer_;
}

Allowance* Allowance::current() {
    return innermost;
}

}  // namespace contract::expression
