// SPDX-License-Identifier: Apache-2.0
//
// One rehearsal: make the base, apply, verify, apply again (nothing may change), take back (all must be as
// before). Works in any directory; the sandbox is around it, not in it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contract/sandbox/sandbox.hpp"
#include "contract/store/store.hpp"
#include "rehearsal_request.hpp"

namespace contract::activation {

struct Rehearsal {
    std::vector<Problem> problems;      // obstacles in the base
    std::vector<std::string> failures;  // what went wrong, in words, the first first
    bool passed() const { return problems.empty() && failures.empty(); }
};

// `directory` must not exist; what is left in it afterwards is the caller's to remove.
Rehearsal rehearse(const std::string& directory, const RehearsalRequest& request);

// One line without spaces or control characters, and back. Error: damaged-result.
std::string encode(const Rehearsal& rehearsal);
Result<Rehearsal> decode_rehearsal(std::string_view line);

// What is sealed off for a rehearsal in `scratch`/build, with the new root on `scratch`/root.
sandbox::Setup rehearsal_setup(const std::string& scratch,
                               const std::vector<sandbox::Request::Mount>& outputs);

// All of them in one sealed process, in order. `outputs`: what `Wanted::source` needs. Errors: those of
// sandbox::run, system, rehearsal-failed (the process ended early).
Result<std::vector<Rehearsal>> rehearse_sealed(const store::Store& store,
                                               const std::vector<RehearsalRequest>& requests,
                                               const std::vector<sandbox::Request::Mount>& outputs);

}  // namespace contract::activation
