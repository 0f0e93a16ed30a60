// SPDX-License-Identifier: Apache-2.0
//
// The logs of actions, as they lie in the store: plain while an action writes one, so that it can be
// followed; afterwards as gzip, which `zcat` reads too, where that makes it smaller on a disk. `file` is
// always the name of the plain one, Store::log_file(). Old stores have plain ones only.
#pragma once

#include <cstdint>
#include <string>

#include "contract/base/result.hpp"

namespace contract::store {

inline constexpr std::uint64_t largest_log = 256u << 20;  // bytes, not compressed

// The text, whichever way it lies there. Errors: store-damaged, file-too-large, system (also when there is
// none).
Result<std::string> read_log(const std::string& file);

// For whoever wrote it, when nobody writes to it any more: at every moment one of the two forms is there and
// whole. One that is too small to gain anything stays as it is. Error: system; the plain one is still there.
Result<> compress_log(const std::string& file);

// Before it is written anew.
Result<> forget_compressed_log(const std::string& file);

// The action that a file of log/ is of: its name without the ending of the compressed form.
std::string action_of_log(const std::string& name);

}  // namespace contract::store
