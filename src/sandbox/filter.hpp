// SPDX-License-Identifier: Apache-2.0
//
// The system call filter. Two programs, both of which the kernel applies: one compiled by libseccomp once per
// process of the caller, one written by hand for what libseccomp cannot say: other ABIs, and system calls
// newer than those known here, which a filter by name would let through unseen.
#pragma once

#include <string>
#include <string_view>

#include "contract/base/result.hpp"

namespace contract::sandbox {

// The compiled program as the kernel takes it; compiled at the first call, thread-safe. Error: system.
Result<std::string> compiled_filter();

// In the sealed process; needs no_new_privs or CAP_SYS_ADMIN. From here on mount and its kin are refused.
void install_filters(std::string_view program);

}  // namespace contract::sandbox
