// SPDX-License-Identifier: Apache-2.0
//
// The order of version numbers, as Debian has it: [epoch:]upstream[-revision].
#pragma once

#include <string_view>

namespace contract {

// Less than, equal to or greater than zero as `left` is older than, as old as or newer than `right`. Digits
// compare as numbers, '~' is before everything, even the end. Total: any text is a version of some kind.
int compare_versions(std::string_view left, std::string_view right);

}  // namespace contract
