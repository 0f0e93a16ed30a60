// SPDX-License-Identifier: Apache-2.0
//
// From a step and an errno to an Error that says whose move it is and what to do on this machine.
#pragma once

#include <string>

#include "contract/base/result.hpp"
#include "record.hpp"

namespace contract::sandbox {

// What this machine says of itself; a value, so that the texts can be tested anywhere.
struct MachineFacts {
    bool apparmor_restricts = false;  // kernel.apparmor_restrict_unprivileged_userns = 1
    bool no_user_namespaces = false;  // user.max_user_namespaces = 0
    bool clone_switched_off = false;  // kernel.unprivileged_userns_clone = 0
    bool seccomp_filtered = false;    // we run under somebody's filter already
    bool root = false;
};
MachineFacts machine_facts();

// "cannot mount the new root on '/x': Permission denied"
std::string cause(const Record& record);

// Requires record.kind == failed.
Error refusal(const Record& record, const MachineFacts& facts);

}  // namespace contract::sandbox
