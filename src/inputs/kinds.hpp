// SPDX-License-Identifier: Apache-2.0
//
// The kinds of input behind inputs.hpp, one file each.
#pragma once

#include <map>

#include "contract/git/remote.hpp"
#include "contract/git/repository.hpp"
#include "contract/inputs/inputs.hpp"

namespace contract::inputs {

// Both read a local repository in place and fetch every other into <home>/git/<digest of the URL>.
Result<core::Pin> resolve_git(const core::GitSource& source, const Wish& wish, const Context& context);
Result<> materialise_git(const core::PlannedInput& input, const Context& context);

Result<core::Pin> resolve_path(const core::PathSource& source, const Context& context);
Result<> materialise_path(const core::PlannedInput& input, const Context& context);

// Where a fetched repository is kept, with its history: <home>/git/<digest of the URL>.
std::string copy_path(const git::Location& location, const Context& context);

// The subjects of the commits that `after` has and `before` has not, newest first, and how many there are.
std::vector<std::string> commits_between(const core::GitSource& source, const core::Pin& before,
                                         const core::Pin& after, const Context& context);

// Downloads into the store as a blob by its digest, then as a tree.
Result<core::Pin> resolve_url(const core::UrlSource& source, const Wish& wish, const Context& context);
Result<> materialise_url(const core::PlannedInput& input, const Context& context);

Result<core::Pin> resolve_deb(const core::Input& input, const Wish& wish, const Context& context);
Result<> materialise_deb(const core::PlannedInput& input, const Context& context);

Result<core::Pin> resolve_oci(const core::OciSource& source, const Wish& wish, const Context& context);
Result<> materialise_oci(const core::PlannedInput& input, const Context& context);

// The trees of submodules, by the path below the imported directory.
using Submodules = std::map<std::string, Digest>;

// Bring the pinned originals into the store as blobs, for every system, whether or not their trees are there.
Result<> hold_url(const core::PlannedInput& input, const Context& context);
Result<> hold_deb(const core::PlannedInput& input, const Context& context);

// Puts what `commit` holds below `subdir` into the store, from the objects alone: no working tree, no
// filters, no export rules. Error unsupported-entry: a submodule that is not in `submodules`, a name that is
// not UTF-8.
Result<Digest> import_commit(const git::Repository& repository, const std::string& commit,
                             const std::string& subdir, store::Store& store,
                             const Submodules& submodules = {});

// Error offline, which names `url`, when nothing may be fetched. `url` is as it may be printed.
Result<> refuse_offline(const std::string& url, const Context& context);

Error hash_mismatch(const core::PlannedInput& input, const Digest& got);

}  // namespace contract::inputs
