// SPDX-License-Identifier: Apache-2.0
//
// What a sealed process asked the kernel for, as seen from outside while it ran. Paths are as they read
// inside.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace contract::sandbox {

// A path that was opened, looked at or executed at least once.
struct LookUp {
    std::string path;  // absolute, normalised
    bool found = false;
    bool executed = false;
    std::uint64_t last = 0;  // when it was last asked for, counted in system calls
};

// A program and those that started it, the first one first: {"make", "sh", "curl"}.
using Processes = std::vector<std::string>;

struct Connection {
    std::string address;  // "140.82.121.4:443", "[2606::1]:443", "/run/docker.sock", "@abstract"
    Processes processes;
    std::chrono::milliseconds after{0};  // the start
};

// Something that was to be made or changed where nothing may be written.
struct RefusedWrite {
    std::string path;
    Processes processes;
};

struct Observation {
    std::vector<LookUp> look_ups;         // by path, each once
    std::vector<Connection> connections;  // in order, each address once; none of the sandbox's own loopback
    std::vector<RefusedWrite> refused_writes;
    bool whole = true;     // false: there was more than is kept
    bool can_tell = true;  // false: what is there cannot be looked up here, so nothing counts as missing
};

}  // namespace contract::sandbox
