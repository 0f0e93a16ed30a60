// SPDX-License-Identifier: Apache-2.0
//
// Links of this machine that a root of its folders has, and that lead to what the root does not have.
#pragma once

#include <string>

#include "contract/core/finding.hpp"
#include "contract/core/recipe.hpp"

namespace contract::build {

bool in_root(const core::Root& root, const std::string& file);

// On many machines /bin and /lib64 are links into /usr: a root of them alone has dead links inside.
void explain_dead_links(core::Finding& finding, const core::Root& root);

// The same of one file, such as /usr/bin/cc, which is a link into /etc/alternatives. False: it is none.
bool explain_dead_link(core::Finding& finding, const core::Root& root, const std::string& file);

}  // namespace contract::build
