// SPDX-License-Identifier: Apache-2.0
//
// The parts of the table of keys, one file each, private to this room.
#pragma once

#include "contract/core/keys.hpp"

namespace contract::core {

extern const Shape contract_shape, input_shape;
extern const Shape target_shape, toolchain_shape, package_shape, check_shape, formatter_shape, shell_shape,
    command_shape, source_shape;
extern const Shape host_shape, setting_shape, assertion_shape, warning_shape;
extern const Shape probe_shape, retry_shape, policy_shape, override_shape;

}  // namespace contract::core
