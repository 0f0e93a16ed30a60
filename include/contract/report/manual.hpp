// SPDX-License-Identifier: Apache-2.0
//
// The parts of the manual that are made from tables, as roff.
#pragma once

#include <string>

namespace contract::report {

std::string findings_manual();  // the whole of contract-findings(7)
std::string key_reference();    // the keys in contract.toml(5), from one section heading to the next

}  // namespace contract::report
