// SPDX-License-Identifier: Apache-2.0
//
// Debian's version numbers, [epoch:]upstream[-revision], and the relations that packages declare with them.
#pragma once

#include <optional>
#include <string_view>

namespace contract::inputs::deb {

// Less than, equal to or greater than zero as `left` is older than, as old as or newer than `right`.
int compare_versions(std::string_view left, std::string_view right);

// Whether `list`, the value of a field such as Replaces, names `package` in a version that fits:
// "mount (<< 2.38), bsdutils". What cannot be understood names nothing.
bool names_package(std::string_view list, std::string_view package, std::string_view version);

}  // namespace contract::inputs::deb
