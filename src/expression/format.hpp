// SPDX-License-Identifier: Apache-2.0
//
// format(): "%s has %d".format([name, number]), as the strings extension of CEL defines it.
#pragma once

#include "signatures.hpp"

namespace contract::expression {

bool format(Call& call, Value& result);

}  // namespace contract::expression
