// SPDX-License-Identifier: Apache-2.0
//
// The sealed side of an observed run: a filter that stops the caller of each observed system call until the
// observer has looked.
#pragma once

namespace contract::sandbox {

// Sends the listener to the other end of `socket` and closes that. Needs no_new_privs. Where the kernel has
// no such filter, or somebody else observes already, nothing is sent and the run goes on unobserved.
void be_observed(int socket);

}  // namespace contract::sandbox
