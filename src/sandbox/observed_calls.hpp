// SPDX-License-Identifier: Apache-2.0
//
// The system calls of which an observer is told, and where their arguments are.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace contract::sandbox {

using Arguments = std::array<std::uint64_t, 6>;

struct ObservedCall {
    enum class Kind { look_up, execute, open, make, connect, send };
    int number;
    Kind kind;
    int folder;  // the argument with the descriptor that a relative path starts at; −1: the working directory
    int path;    // the argument with the path, or with the address
    int extra;  // connect, send: the argument with the address's length; open: with the flags, −1: it writes
};

// As few as tell the story: the kernel stops the caller for each.
std::span<const ObservedCall> observed_calls();
std::optional<ObservedCall> observed_call(int number);

}  // namespace contract::sandbox
