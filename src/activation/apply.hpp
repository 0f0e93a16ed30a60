// SPDX-License-Identifier: Apache-2.0
//
// Executes a Change, verifies a tree, takes a Change back. Every path goes from old to new in one rename: the
// new file has its final mode and owner before it can be seen, and what a rename displaced is compared with
// what the Change expected and put back when it is something else. What is replaced or removed was saved
// before. A failing step undoes all earlier ones.
#pragma once

#include <string>
#include <vector>

#include "decide.hpp"
#include "saved_originals.hpp"
#include "tree.hpp"

namespace contract::activation {

struct Done {
    Step step;             // with the state it left as `after`
    std::string original;  // what it replaced or removed, in SavedOriginals; empty: nothing
};
using Applied = std::vector<Done>;

// Requires change.problems to be empty. Errors: changed-meanwhile (something else is at a path than the
// Change says), cannot-save, unknown-owner, system. After an error the tree is as before, or the error has
// the note "left behind: …" for everything that could not be taken back.
Result<Applied> apply(Tree& tree, const Change& change, const std::vector<Wanted>& wanted,
                      SavedOriginals& saved);

// Takes the steps back, last first. Goes on after a failing step, so that as much as possible is as before;
// the error names every place that is not. Error: not-taken-back.
Result<> undo(Tree& tree, const Applied& applied, const SavedOriginals& saved);

// Reads every wanted path again, but those whose edit is kept. Error: verify-failed, with a note for each
// path that differs.
Result<> verify(const Tree& tree, const std::vector<Wanted>& wanted, const Applied& applied = {});

// What the next decision has to know about.
LastWritten last_written(const Tree& tree, const std::vector<Wanted>& wanted, const Applied& applied,
                         const LastWritten& before);

}  // namespace contract::activation
