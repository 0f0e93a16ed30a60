// SPDX-License-Identifier: Apache-2.0
//
// Git's pathspecs, the part without magic words: a path, a directory, or a pattern in which `*` and `?` also
// match '/'.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contract/base/result.hpp"

namespace contract {

// Error bad-pathspec: empty, absolute, leaving the directory, or with magic (":(…)", ":!…").
Result<> check_pathspec(std::string_view pathspec);

// `path` is relative to the directory the pathspecs stand for; both lists as `Files::tree` describes.
bool is_selected(std::string_view path, const std::vector<std::string>& include,
                 const std::vector<std::string>& exclude);

}  // namespace contract
