// SPDX-License-Identifier: Apache-2.0
#include "compare_root.hpp"

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"

namespace contract::activation {

namespace {

// In a directory of root's the owners are those of the files. In one of an ordinary user they say nothing
// about the host it stands for, and those recorded beside it count, where there is a record.
Result<Tree> open_root(const std::string& directory) {
    TRY_ASSIGN(const auto status, os::target_status(directory));
    const bool of_root = status && status->uid == 0;
    return Tree::open(directory, of_root ? Ownership::applied : Ownership::recorded);
}

}  // namespace

Result<Comparison> compare_root(const core::PlannedHost& host, const std::vector<Wanted>& wanted,
                                const std::string& directory) {
    TRY_ASSIGN(const auto tree, open_root(directory));
    const Change change = decide(tree, wanted, {});
    Comparison comparison;
    comparison.findings = findings_of(host, change.problems, wanted, "in '" + harmless(directory) + "'");
    for (const auto& problem : change.problems)
        if (problem.obstacle == Obstacle::unreadable)
            comparison.unreadable.push_back("'/" + harmless(problem.place) + "': " + problem.detail);
    return comparison;
}

Result<Accounts> accounts_of(const std::string& directory) {
    TRY_ASSIGN(const auto tree, open_root(directory));
    return tree.accounts();
}

}  // namespace contract::activation
