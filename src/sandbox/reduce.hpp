// SPDX-License-Identifier: Apache-2.0
//
// What a machine that cannot seal wholly can still do: from a step that it refused to a Setup without it.
// Only what leaves a process cut off from the machine's files, network and processes may be missing; where
// one of those cannot be had, nothing is reduced.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "contract/sandbox/setup.hpp"
#include "record.hpp"

namespace contract::sandbox {

// Whether this machine refuses a new user namespace with another one of this kind, or by itself.
using IsRefused = std::function<bool(Namespace)>;

// The Setup without the refused step, and one line that says what is missing from now on; none where the step
// cannot be left out.
struct Reduced {
    Setup setup;
    std::string missing;
};
std::optional<Reduced> reduce(const Setup& setup, const Record& refused, const IsRefused& is_refused);

}  // namespace contract::sandbox
