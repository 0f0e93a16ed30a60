// SPDX-License-Identifier: Apache-2.0
//
// How Debian calls what contract calls a system, and archives call themselves.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace contract::inputs::deb {

// "x86_64-linux" → "amd64"; none for a system without Debian packages.
std::optional<std::string> architecture_of(std::string_view system);

// Whether the Origin of a release file is what a contract calls the archive: "Debian" and "debian".
bool same_origin(std::string_view origin, std::string_view archive);

}  // namespace contract::inputs::deb
