// SPDX-License-Identifier: Apache-2.0
//
// From a list of working files to the digest of their tree. An unchanged list costs one `lstat` per file and
// one row of the store; a changed one costs the reading of its files.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "contract/base/digest.hpp"
#include "contract/os/file.hpp"
#include "contract/store/store.hpp"

namespace contract::pipeline {

struct SourceFile {
    std::string name;  // in the tree
    std::string path;  // on this machine
};

// The bytes git would store for the file at SourceFile::path, or a symlink's target.
using ReadSource = std::function<Result<std::string>(const SourceFile&)>;

struct SourceTree {
    Digest digest;
    std::vector<std::optional<os::FileStatus>> statuses;  // as each file was found; empty: it is not there
};

// `files` sorted by name. A file that is not there is left out: its removal is the change. Errors:
// empty-source when none is left, not-a-file for what is neither file nor symlink, system.
Result<SourceTree> source_tree(const std::vector<SourceFile>& files, store::Store& store,
                               const ReadSource& read);

}  // namespace contract::pipeline
