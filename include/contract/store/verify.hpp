// SPDX-License-Identifier: Apache-2.0
//
// Hashing again everything that a store holds, and mending what can be mended.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "contract/core/store_path.hpp"

namespace contract::store {

struct VerifyRequest {
    bool repair = false;
    unsigned jobs = 1;                  // threads that hash
    std::function<bool()> interrupted;  // polled; may be empty
};

// One store path, or one blob that no store path has.
struct Damage {
    enum class State {
        found,     // not looked after: no repair was asked for, or a running command uses it
        restored,  // made whole from the blobs that the store has
        removed,   // gone; what needs it fetches or builds it anew
    };
    std::string name;  // of the store path, or the digest of the blob
    std::string file;  // in the store path; empty: the path itself
    std::string what;  // "has other bytes than when it was made"
    State state = State::found;
    std::string why_not;  // found, although repair was asked for
};

struct Verified {
    std::uint64_t blobs = 0;
    std::uint64_t bytes = 0;  // of the blobs
    std::uint64_t paths = 0;
    // Paths that lie in the store and that its index does not know: nobody can say what was put there.
    std::uint64_t unknown_paths = 0;
    std::vector<Damage> damages;  // by name
    bool interrupted = false;
};

}  // namespace contract::store
