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

// With `pretend` changes of ownership succeed without being made: see Setup::pretend_ownership.
enum class Ownership { refuse, pretend };

// The compiled program as the kernel takes it; compiled at the first call for each, thread-safe. Error:
// system.
Result<std::string> compiled_filter(Ownership ownership);

// In the sealed process; needs no_new_privs or CAP_SYS_ADMIN. From here on mount and its kin are refused.
void install_filters(std::string_view program);

}  // namespace contract::sandbox
