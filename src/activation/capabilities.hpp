// SPDX-License-Identifier: Apache-2.0
//
// What is left of root's power in the process that rehearses: it may pass by the modes of files, all of them
// its own, because a host's generation may say 0000; nothing else.
#pragma once

#include "contract/base/result.hpp"

namespace contract::activation {

// Gives up every capability of this process but CAP_DAC_OVERRIDE. Error: system.
Result<> keep_only_file_access();

}  // namespace contract::activation
