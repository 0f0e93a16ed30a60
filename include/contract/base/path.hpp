// SPDX-License-Identifier: Apache-2.0
//
// Paths as text. Nothing here touches a file system: symlinks are the business of whoever opens a path.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace contract::path {

// Removes "." and empty parts and resolves ".." by text; "" becomes ".". "a/../.." becomes "..".
std::string normalise(std::string_view path);
std::string join(std::string_view directory, std::string_view relative);  // an absolute second part wins
std::string parent(std::string_view path);  // "/a/b" → "/a", "a" → ".", "/" → "/"
std::string name(std::string_view path);    // the last part; "" for "/"
std::vector<std::string> parts(std::string_view path);
bool is_absolute(std::string_view path);
// True when `path` equals `directory` or lies below it; both normalised first.
bool is_within(std::string_view path, std::string_view directory);

}  // namespace contract::path
