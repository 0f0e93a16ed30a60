// SPDX-License-Identifier: Apache-2.0
//
// The helper as a small static program that lies inside this one as bytes. It is started from memory: the
// whole program has libraries to load and twenty thousand addresses to adjust before main(), which took
// longer than everything the helper does.
#pragma once

#include <string_view>

namespace contract::sandbox {

// An executable whose main() is helper_main without built-in functions; `bytes` stay where they are for the
// life of this process. Setups with a built-in function, and machines that run nothing from memory, go on
// with the helper executable. Before the first run.
void set_helper_image(std::string_view bytes);

}  // namespace contract::sandbox
