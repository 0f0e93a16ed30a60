// SPDX-License-Identifier: Apache-2.0
//
// The relations that Debian packages declare with version numbers.
#pragma once

#include <optional>
#include <string_view>

#include "contract/base/version.hpp"

namespace contract::inputs::deb {

// Whether `list`, the value of a field such as Replaces, names `package` in a version that fits:
// "mount (<< 2.38), bsdutils". What cannot be understood names nothing.
bool names_package(std::string_view list, std::string_view package, std::string_view version);

}  // namespace contract::inputs::deb
