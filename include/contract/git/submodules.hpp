// SPDX-License-Identifier: Apache-2.0
//
// What a repository says about its submodules, in the file .gitmodules of a commit. The file comes from
// outside: it is read as text, never through git's own configuration, so it includes nothing and sets
// nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contract/base/result.hpp"

namespace contract::git {

struct Submodule {
    std::string name;
    std::string path;  // as declared
    std::string url;   // as declared; may be relative: ./x, ../x
};

// Sections that are about no submodule, and keys but `path` and `url`, mean nothing here. The last of several
// values counts, as git has it. Error bad-submodule: no such syntax, a section without path or url, two of
// one path, a path that is no path inside of the repository.
Result<std::vector<Submodule>> parse_submodules(std::string_view text);

// `url` as seen from a repository that was fetched from `parent` (a URL, scp-like or absolute path). Error
// bad-submodule: more "../" than `parent` has parts.
Result<std::string> submodule_url(std::string_view parent, std::string_view url);

}  // namespace contract::git
