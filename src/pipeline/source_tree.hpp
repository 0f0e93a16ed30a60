// SPDX-License-Identifier: Apache-2.0
//
// From a list of working files to the digest of their tree. An unchanged list costs one `lstat` per file and
// one row of the store; a changed one costs the reading of its files.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/base/digest.hpp"
#include "contract/os/file.hpp"
#include "contract/store/store.hpp"

namespace contract::pipeline {

// Files of this machine, by their names in the tree.
struct SourceFiles {
    std::string root;                     // the directory that the names are relative to
    std::vector<std::string_view> names;  // sorted; of text that outlives this
};

// The bytes git would store for the file at `path`, or a symlink's target.
using ReadSource = std::function<Result<std::string>(const std::string& path)>;

struct SourceTree {
    Digest digest;
    std::vector<std::optional<os::FileStatus>> statuses;  // as each file was found; empty: it is not there
};

// A file that is not there is left out: its removal is the change. Errors: empty-source when none is left,
// not-a-file for what is neither file nor symlink, system.
Result<SourceTree> source_tree(const SourceFiles& files, store::Store& store, const ReadSource& read);

}  // namespace contract::pipeline
