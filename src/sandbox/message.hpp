// SPDX-License-Identifier: Apache-2.0
//
// What run() hands to the helper, in a file in memory.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "contract/base/result.hpp"
#include "contract/sandbox/setup.hpp"

namespace contract::sandbox {

struct Message {
    pid_t caller = 0;
    std::string filter;  // of filter.hpp
    Setup setup;
};

std::string encode(const Message& message);
Result<Message> decode_message(std::string_view bytes);

}  // namespace contract::sandbox
