// SPDX-License-Identifier: Apache-2.0
//
// What can be stated of how an output was made, from the record that the store keeps beside it. Only reads.
#pragma once

#include "contract/base/result.hpp"
#include "contract/core/origin.hpp"
#include "contract/store/store.hpp"

namespace contract::pipeline {

// Errors: not-built, when nothing lies at the path; origin-unknown, when it has no record; store-damaged.
Result<core::Provenance> provenance(const store::Store& store, const core::StorePath& path);

}  // namespace contract::pipeline
