// SPDX-License-Identifier: Apache-2.0
//
// Changing one place of a tree: the few operations that apply and undo are made of. Each works in the open
// directory that holds the place and compares before or after with what the caller expects to be there.
#pragma once

#include <string>

#include "apply.hpp"
#include "tree.hpp"

namespace contract::activation {

class Place {
public:
    // Errors: changed-meanwhile when an ancestor is no directory (any more); system.
    static Result<Place> open(Tree& tree, const std::string& place);

    Result<> check(const Observed& expected) const;
    // Writes `state` aside, final mode and owner included.
    Result<> stage(const Wanted& wanted);
    Result<> stage_original(const SavedOriginals& saved, const std::string& id);
    Result<> make_directory(const Observed& state);  // aside

    Result<> publish();                             // nothing may be there
    Result<> exchange(const Observed& expected);    // with what is there, which is then removed
    Result<> take_away(const Observed& expected);   // removes what is there
    Result<> change_directory(const Observed& to);  // mode and owner
    Result<Observed> observe() const;
    // A copy in SavedOriginals.
    Result<std::string> save(SavedOriginals& saved, const Observed& expected) const;
    void drop_staged();
    void record(const Observed& state);  // the owner, where owners are recorded

private:
    explicit Place(Tree& tree) : tree_(&tree) {}
    Result<> give(int fd, const Observed& state) const;  // owner, then mode
    Result<Observed> observe_deep(const std::string& name, const Observed& expected) const;
    Error changed(const Observed& expected, const Observed& actual) const;

    Tree* tree_;
    std::string place_;
    os::Fd parent_;
    std::string name_;
    std::string staged_;
};

}  // namespace contract::activation
