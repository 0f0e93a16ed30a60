// SPDX-License-Identifier: Apache-2.0
//
// What a Repository holds, and what its parts (repository, tree, work_tree) share.
#pragma once

#include <string>

#include "contract/git/repository.hpp"
#include "library.hpp"

namespace contract::git {

struct Repository::State {
    OwnedRepository repository;
    std::string work_tree;  // without a last slash; empty for a bare one
    std::string place;      // the work tree, else the repository: for messages
};

// Error damaged-repository: an object that must be there is not, or is not what its id says.
Error damaged(const std::string& place, const std::string& what);
Result<Commit> commit_from(git_repository* repository, const std::string& place, const git_oid& id);

}  // namespace contract::git
