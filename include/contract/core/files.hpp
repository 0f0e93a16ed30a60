// SPDX-License-Identifier: Apache-2.0
//
// The only eyes of evaluation: the tracked files of the contract directory. The pipeline implements it over
// git and the store, tests over a map with a record of every access.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contract/base/digest.hpp"

namespace contract::core {

class Files {
public:
    virtual ~Files() = default;

    // The bytes of a tracked file; `path` is relative to the contract directory ("tools/a.conf").
    // Errors: missing-file, untracked-file, path-outside, not-a-file, file-too-large, external-filter,
    // system.
    virtual Result<std::string> read(std::string_view path) = 0;

    // The REAPI digest of the tracked files below `path` that match a pathspec of `include` (none: all) and
    // no pathspec of `exclude`. A file named directly is a tree with that one file. The content is in the
    // store afterwards. Errors: as read; bad-pathspec, and empty-source when nothing matches.
    virtual Result<Digest> tree(std::string_view path, const std::vector<std::string>& include,
                                const std::vector<std::string>& exclude) = 0;

    // The tracked regular files that match a pathspec, sorted; none is no error. Errors: bad-pathspec, and as
    // read.
    virtual Result<std::vector<std::string>> list(const std::vector<std::string>& pathspecs) = 0;

    // As tree, of exactly these files. Errors: as read.
    virtual Result<Digest> tree_of(const std::vector<std::string>& files) = 0;
};

}  // namespace contract::core
