// SPDX-License-Identifier: Apache-2.0
//
// The last step of every set-up: this process becomes the command.
#pragma once

#include "contract/sandbox/setup.hpp"

namespace contract::sandbox {

// Requires a command. Returns only when no candidate could be executed, with the most telling errno.
int execute(const Setup& setup);

}  // namespace contract::sandbox
