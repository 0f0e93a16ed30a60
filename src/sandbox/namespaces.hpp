// SPDX-License-Identifier: Apache-2.0
//
// New namespaces. All of them are made by one clone, so that there is no moment at which half of them hold.
#pragma once

#include <sys/types.h>

#include <vector>

#include "contract/sandbox/setup.hpp"

namespace contract::sandbox {

bool has(const Setup& setup, Namespace name);

// As fork, the child being in new namespaces (and process 1 of the pid namespace). −1 with errno when the
// kernel refuses. Uses clone where a container's filter answers ENOSYS to clone3, as Docker's does.
pid_t clone_into(const std::vector<Namespace>& namespaces);

// This process itself goes into new namespaces; false with errno when the kernel refuses.
bool unshare_into(const std::vector<Namespace>& namespaces);

}  // namespace contract::sandbox
