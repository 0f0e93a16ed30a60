// SPDX-License-Identifier: Apache-2.0
//
// The network of a sandbox: a loopback interface of its own and nothing else. There is no switch for more.
#pragma once

#include <string>

namespace contract::sandbox {

// Brings lo up in this network namespace; 127.0.0.1 and ::1 come with it.
void raise_loopback();
void set_host_name(const std::string& name);

}  // namespace contract::sandbox
