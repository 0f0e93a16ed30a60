// SPDX-License-Identifier: Apache-2.0
//
// Copying and removing what lies under one name of an open directory, whole: bytes, mode, owner, extended
// attributes, time. A copy that could not be made exactly is a failure, never a lesser copy; symlinks are
// copied, never followed.
#pragma once

#include <string>

#include "contract/base/result.hpp"

namespace contract::activation {

// `to_name` must not exist. On failure nothing is left of it. Errors: cannot-save (a device, socket or FIFO),
// system.
Result<> copy_node(int from, const std::string& from_name, int to, const std::string& to_name);
// Nothing there is success.
Result<> remove_node(int directory, const std::string& name);

// Copies the bytes that are left of `from` to `to`.
Result<> copy_bytes(int from, int to, const std::string& name);

}  // namespace contract::activation
