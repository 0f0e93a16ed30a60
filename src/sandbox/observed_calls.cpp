// SPDX-License-Identifier: Apache-2.0
#include "observed_calls.hpp"

#include <sys/syscall.h>

#include <algorithm>
#include <array>

namespace contract::sandbox {

namespace {

using Kind = ObservedCall::Kind;

constexpr std::array calls = std::to_array<ObservedCall>({
// Older architectures have each of these twice.
#ifdef SYS_open
    {SYS_open, Kind::open, -1, 0, 1},
    {SYS_creat, Kind::open, -1, 0, -1},
    {SYS_stat, Kind::look_up, -1, 0, -1},
    {SYS_lstat, Kind::look_up, -1, 0, -1},
    {SYS_access, Kind::look_up, -1, 0, -1},
    {SYS_mkdir, Kind::make, -1, 0, -1},
#endif
    {SYS_openat, Kind::open, 0, 1, 2},
    {SYS_newfstatat, Kind::look_up, 0, 1, -1},
    {SYS_statx, Kind::look_up, 0, 1, -1},
    {SYS_faccessat, Kind::look_up, 0, 1, -1},
    {SYS_faccessat2, Kind::look_up, 0, 1, -1},
    {SYS_mkdirat, Kind::make, 0, 1, -1},
    {SYS_execve, Kind::execute, -1, 0, -1},
    {SYS_execveat, Kind::execute, 0, 1, -1},
    {SYS_connect, Kind::connect, -1, 1, 2},
    {SYS_sendto, Kind::send, -1, 4, 5},
});

}  // namespace

std::span<const ObservedCall> observed_calls() {
    return calls;
}

std::optional<ObservedCall> observed_call(int number) {
    const auto found = std::find_if(calls.begin(), calls.end(),
                                    [number](const ObservedCall& call) { return call.number == number; });
    return found == calls.end() ? std::nullopt : std::optional(*found);
}

}  // namespace contract::sandbox
